package vendorhttp

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/ca74b63c/roster/storage"
)

// The bounds of a request.
const (
	MaxBody     = 1 << 20         // bytes of a body, and of a query
	MaxListBody = 8 << 20         // bytes of a body that is a list of objects
	MaxListed   = storage.MaxPage // objects in such a list

	maxMembers    = 10_000  // values in a query or body
	maxListValues = 1 << 20 // values in a list of objects, all together
)

// ErrTooLarge means that a request exceeds a limit. See SizeError.
var ErrTooLarge = errors.New("vendorhttp: the request is too large")

// SizeError names the limit that a request exceeds. errors.Is(err, ErrTooLarge) holds.
type SizeError struct {
	Max  int
	What string // "bytes in its body"
}

// Error returns the text of ErrTooLarge and that of Excess.
func (e *SizeError) Error() string { return ErrTooLarge.Error() + ": " + e.Excess() }

// Excess returns a text with the limit that the request exceeds, such as "more than 1000 objects in
// its list".
func (e *SizeError) Excess() string { return fmt.Sprintf("more than %d %s", e.Max, e.What) }

// Is reports whether target is ErrTooLarge.
func (e *SizeError) Is(target error) bool { return target == ErrTooLarge }

func tooLong(limit int) error    { return &SizeError{limit, "bytes in its body"} }
func tooManyValues(n int) error  { return &SizeError{n, "values"} }
func tooManyObjects(n int) error { return &SizeError{n, "objects in its list"} }

// firstRead is the memory in bytes for a body before the first read. The memory grows as the client
// sends more.
const firstRead = 64 << 10

// readAll reads and returns the body of r. Errors: ErrTooLarge if the body has more than limit
// bytes; ErrBusy if the server refuses to read the body; ErrMalformed if the body is shorter than
// its Content-Length or cannot be read.
func readAll(r *http.Request, limit int) ([]byte, error) {
	if r.ContentLength > int64(limit) {
		return nil, tooLong(limit)
	}
	size := limit + 1 // for an unknown length: one byte over the limit
	if r.ContentLength >= 0 {
		size = int(r.ContentLength)
	}
	body := make([]byte, 0, min(size, firstRead))
	for len(body) < size {
		if len(body) == cap(body) {
			body = slices.Grow(body, min(len(body), size-len(body)))
		}
		n, err := r.Body.Read(body[len(body):min(cap(body), size)])
		body = body[:len(body)+n]
		switch {
		case err == io.EOF && r.ContentLength < 0:
			size = len(body)
		case err == io.EOF && len(body) < size:
			return nil, errors.Join(ErrMalformed, io.ErrUnexpectedEOF)
		case errors.Is(err, ErrBusy):
			return nil, ErrBusy
		case err != nil && err != io.EOF:
			return nil, errors.Join(ErrMalformed, err)
		}
	}
	if len(body) > limit {
		return nil, tooLong(limit)
	}
	return body, nil
}
