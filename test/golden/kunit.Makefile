KDIR ?= /lib/modules/$(shell uname -r)/build

obj-m := repro_test.o
all:
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules
clean:
	$(MAKE) -C $(KDIR) M=$(CURDIR) clean
