/* Types of block devices. */
#ifndef _LINUX_BLK_TYPES_H
#define _LINUX_BLK_TYPES_H

#include <refuzz/usual.h>

typedef u8 blk_status_t;
typedef u32 blk_opf_t;
typedef unsigned int blk_qc_t;

struct bio;
typedef void (bio_end_io_t)(struct bio *bio);

#define BLK_STS_OK ((blk_status_t)0)
#define BLK_STS_IOERR ((blk_status_t)10)

#endif
