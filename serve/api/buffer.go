package api

import (
	"bytes"
	"sync"
)

// keptBuffer is the largest buffer that waits for another request, in bytes.
const keptBuffer = 4 << 20

// buffers hold bodies and answers, one request after the other.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// borrow returns an empty buffer, to be given back by release.
func borrow() *bytes.Buffer {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	return b
}

// release lets the next request have a buffer: nothing may refer to it any more.
func release(b *bytes.Buffer) {
	if b.Cap() <= keptBuffer {
		buffers.Put(b)
	}
}
