package main

import (
	"container/list"
	"io"
	"net/http"
	"sync"
	"time"
)

// bodies bounds the bodies that are being read, in number and in bytes. If there is one too many,
// the one that began first is cut off: others come within milliseconds, so that one is slow,
// whether on purpose or not. A client that is not slow is never refused.
type bodies struct {
	most      int
	mostBytes int64

	mu     sync.Mutex
	coming list.List // of *body, in the order in which their reading began
	bytes  int64     // of those
}

// limit bounds the bodies that a handler reads.
func (b *bodies) limit(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil && r.Body != http.NoBody && r.ContentLength != 0 {
			body := &body{ReadCloser: r.Body, of: b, left: r.ContentLength, cut: func() {
				_ = http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0)) // its Read fails at once
			}}
			defer body.end()
			r.Body = body
		}
		h.ServeHTTP(w, r)
	})
}

// body is a request's body while it is read.
type body struct {
	io.ReadCloser
	of    *bodies
	place *list.Element // nil before the first Read, and again when the body has come
	came  int64
	left  int64 // less than 0: not known
	cut   func()
	over  bool
}

// Read counts what comes.
func (b *body) Read(p []byte) (int, error) {
	b.of.mu.Lock()
	if b.place == nil && !b.over {
		b.place = b.of.coming.PushBack(b)
		b.of.trim()
	}
	b.of.mu.Unlock()
	n, err := b.ReadCloser.Read(p)
	b.of.mu.Lock()
	defer b.of.mu.Unlock()
	if b.place != nil {
		b.came += int64(n)
		b.of.bytes += int64(n)
		b.of.trim()
	}
	if err != nil || b.left >= 0 && b.came >= b.left {
		b.of.forget(b)
	}
	return n, err
}

// end is for a handler that has not read the whole body.
func (b *body) end() {
	b.of.mu.Lock()
	defer b.of.mu.Unlock()
	b.of.forget(b)
}

// trim cuts off bodies until there are no more than there may be. The lock is held.
func (b *bodies) trim() {
	for b.coming.Len() > b.most || b.bytes > b.mostBytes {
		oldest := b.coming.Front().Value.(*body)
		b.forget(oldest)
		oldest.cut()
	}
}

// forget takes a body out of those that are being read. The lock is held.
func (b *bodies) forget(of *body) {
	of.over = true
	if of.place == nil {
		return
	}
	b.coming.Remove(of.place)
	b.bytes -= of.came
	of.place = nil
}
