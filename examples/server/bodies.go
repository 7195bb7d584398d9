package main

import (
	"container/list"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// bodies bounds the bodies that are being read, in number and in bytes. A body counts with the
// bytes that its request announces, so one that was let in has room to its end. If there is no room
// for another one:
//
//  1. The slowest body is cut off, if it is slow: older than slowAfter, and fewer than slowBelow
//     bytes of it came in a second.
//  2. If that does not make room, the next slowest is.
//  3. If no body is slow, the new one is refused before it is read.
//
// A body that is not slow is never cut off. A body of unknown length counts with the bytes that
// came, so it may be refused later, too.
type bodies struct {
	most      int
	mostBytes int64
	slowAfter time.Duration
	slowBelow int64

	mu     sync.Mutex
	coming list.List // of *body
	bytes  int64     // that those count with
}

// limit bounds the bodies that a handler reads.
func (b *bodies) limit(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil && r.Body != http.NoBody && r.ContentLength != 0 {
			body := &body{ReadCloser: r.Body, of: b, left: r.ContentLength, cut: func() {
				_ = http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0)) // its Read fails at once
			}}
			defer body.end()
			of := *r // net/http reads on before it answers, if the Body of its own request is another one
			of.Body = body
			r = &of
		}
		h.ServeHTTP(w, r)
	})
}

// body is a request's body while it is read.
type body struct {
	io.ReadCloser
	of      *bodies
	place   *list.Element // nil before the first Read, and again when the body has come
	begun   time.Time     // the first Read
	came    int64
	size    int64 // the bytes that it counts with
	left    int64 // announced; less than 0: not known
	cut     func()
	over    bool
	refused bool // or cut off
}

// Read counts what comes. Errors: vendorhttp.ErrBusy for a body that is refused or cut off, which
// adapters answer with 503 in the vendor's form; those of the connection.
func (b *body) Read(p []byte) (int, error) {
	if err := b.begin(); err != nil {
		return 0, err
	}
	n, err := b.ReadCloser.Read(p)
	return n, b.count(n, err)
}

// begin takes the body's place, at the first Read.
func (b *body) begin() error {
	b.of.mu.Lock()
	defer b.of.mu.Unlock()
	if b.place == nil && !b.over {
		b.begun, b.size = time.Now(), min(max(b.left, 0), maxBody)
		if b.of.makeRoom(1, b.size, b.begun) {
			b.place = b.of.coming.PushBack(b)
			b.of.bytes += b.size
		} else {
			b.over, b.refused = true, true
		}
	}
	if b.refused {
		return vendorhttp.ErrBusy
	}
	return nil
}

// count counts n bytes, with which err came.
func (b *body) count(n int, err error) error {
	b.of.mu.Lock()
	defer b.of.mu.Unlock()
	b.came += int64(n)
	if more := b.came - b.size; b.place != nil && more > 0 {
		b.size += more
		b.of.bytes += more
		if !b.of.makeRoom(0, 0, time.Now()) {
			b.refused = true
		}
	}
	if b.refused {
		err = vendorhttp.ErrBusy
	}
	if err != nil || b.left >= 0 && b.came >= b.left {
		b.of.forget(b)
	}
	return err
}

// end is for a handler that has not read the whole body.
func (b *body) end() {
	b.of.mu.Lock()
	defer b.of.mu.Unlock()
	b.of.forget(b)
}

// makeRoom cuts off slow bodies until there is room for n more of so many bytes, and reports
// whether there is. The lock is held.
func (b *bodies) makeRoom(n int, bytes int64, now time.Time) bool {
	for b.coming.Len()+n > b.most || b.bytes+bytes > b.mostBytes {
		slowest := b.slowest(now)
		if slowest == nil {
			return false
		}
		b.forget(slowest)
		slowest.refused = true
		slowest.cut()
	}
	return true
}

// slowest returns the slowest body, or nil if none is slow. The lock is held.
func (b *bodies) slowest(now time.Time) (slowest *body) {
	least := float64(b.slowBelow)
	for e := b.coming.Front(); e != nil; e = e.Next() {
		of := e.Value.(*body)
		age := now.Sub(of.begun)
		if rate := float64(of.came) / age.Seconds(); age > b.slowAfter && rate < least {
			slowest, least = of, rate
		}
	}
	return slowest
}

// forget takes a body out of those that are being read. The lock is held.
func (b *bodies) forget(of *body) {
	of.over = true
	if of.place == nil {
		return
	}
	b.coming.Remove(of.place)
	b.bytes -= of.size
	of.place = nil
}
