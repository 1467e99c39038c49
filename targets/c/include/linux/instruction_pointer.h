/* Who called: nobody in particular. */
#ifndef _LINUX_INSTRUCTION_POINTER_H
#define _LINUX_INSTRUCTION_POINTER_H

#define _RET_IP_ 0UL
#define _THIS_IP_ 0UL

#endif
