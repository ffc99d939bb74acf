#ifndef RING_BUFFER_H
#define RING_BUFFER_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A callback for a full buffer. */
typedef void (*ring_callback)(void *context);

typedef struct ring_buffer ring_buffer;

/** Makes a buffer. */
ring_buffer *ring_new(size_t capacity);

void ring_free(ring_buffer *ring);

#ifdef __cplusplus
}
#endif

#endif
