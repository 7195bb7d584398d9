package main

import (
	"container/list"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// bodies limits the request bodies that are being read, in number and in bytes. A body counts with
// the length that its request announces, so an admitted body can always be completed. If there is
// no room for another body:
//
//  1. The slowest body is cut off, if it is slow: older than slowAfter, with fewer than slowBelow
//     bytes a second.
//  2. If that does not make enough room, the next slowest body is cut off.
//  3. If no body is slow, the new one is refused before it is read.
//
// A body that is not slow is never cut off. A body of unknown length counts with the bytes read so
// far, so it may be refused later.
type bodies struct {
	most      int
	mostBytes int64
	slowAfter time.Duration
	slowBelow int64

	mu     sync.Mutex
	coming list.List // of *body
	bytes  int64     // that those count with
}

// limit returns the handler with the limit on its request bodies.
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

// body is a request body that is being read.
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

// Read implements io.Reader. It reads from the connection and counts the bytes. The first call adds
// the body to the bodies that are being read (begin).
//
// Errors: vendorhttp.ErrBusy, which the vendors' handlers answer with 503, if there is no room for
// the body or if the body was cut off as too slow; those of the connection, among them io.EOF.
func (b *body) Read(p []byte) (int, error) {
	if err := b.begin(); err != nil {
		return 0, err
	}
	n, err := b.ReadCloser.Read(p)
	return n, b.count(n, err)
}

// begin adds the body, with its announced length in bytes, to the bodies that are being read. If
// there is no room, begin cuts off slow bodies. If there is still no room, begin refuses the body.
// Read calls begin each time, but only the first call changes anything. Errors: vendorhttp.ErrBusy
// if the body was refused or cut off, now or before.
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

// count adds n to the number of received bytes, and returns the error for the caller of Read:
// vendorhttp.ErrBusy if the body was refused or cut off, and otherwise err. n and err are the
// results of reading the connection. If more bytes were received than the body has reserved, count
// reserves the difference. If there is no room for the difference, even after slow bodies were cut
// off, count refuses the body. After an error, or when the announced length was received, count
// removes the body from the bodies that are being read.
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

// end removes the body from the bodies that are being read and releases its bytes, even if the
// handler has not read all of it. If the body was removed before, end changes nothing. It does not
// close the body.
func (b *body) end() {
	b.of.mu.Lock()
	defer b.of.mu.Unlock()
	b.of.forget(b)
}

// makeRoom cuts off slow bodies until n more bodies with the given bytes fit. It reports whether
// they fit. The caller must hold the lock.
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

// slowest returns the body with the lowest rate among the slow bodies. A body is slow if its first
// Read was more than slowAfter before now and its rate since then is below slowBelow bytes a
// second. The result is nil if no body is slow. The caller must hold the lock.
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

// forget removes a body from the list of the bodies that are being read, and subtracts the bytes of
// the body from the total. It also marks the body as over, so that begin does not add the body
// again. If the body is not in the list, forget only marks the body. The caller must hold the lock.
func (b *bodies) forget(removed *body) {
	removed.over = true
	if removed.place == nil {
		return
	}
	b.coming.Remove(removed.place)
	b.bytes -= removed.size
	removed.place = nil
}
