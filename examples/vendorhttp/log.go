package vendorhttp

import (
	"bytes"
	"io"
	"net/http"
	"time"
)

// Entry is a logged request with its reply. Secrets are replaced by "***", and names that the API
// does not have by "?".
type Entry struct {
	At     time.Time
	Method string
	Path   string
	Query  string
	Header http.Header // only shownHeaders
	Body   string      // of the request; "" if missing; only its size, "(12 bytes)", if it is incomplete or cannot be parsed
	Status int
	Took   time.Duration
}

// logging returns a handler that calls h and then o.Log with the entry of the request. The entry
// contains only the part of the body that h read, so that logging does not change what h reads.
func (o Options) logging(h http.Handler, names *Names) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := o.Now()
		method, path, query, header := r.Method, r.URL.Path, r.URL.RawQuery, r.Header
		seen := &bodyRecorder{ReadCloser: r.Body}
		if r.Body != nil {
			r.Body = seen
		}
		status := &statusRecorder{ResponseWriter: w}
		defer func() { // a reply that a panic breaks off is logged too
			if status.code == 0 {
				status.code = http.StatusOK
			}
			o.Log(Entry{
				At: at, Method: method, Path: Printable(path), Query: names.redactPairs(query), Header: redactHeader(header),
				Body: names.redactBody(header.Get("Content-Type"), seen.seen.Bytes(), seen.whole()), Status: status.code,
				Took: o.Now().Sub(at),
			})
		}()
		h.ServeHTTP(status, r)
	})
}

type bodyRecorder struct {
	io.ReadCloser
	seen bytes.Buffer
	more bool
}

func (b *bodyRecorder) whole() bool { return !b.more }

func (b *bodyRecorder) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.seen.Len()+n > MaxBody {
		b.more = true
	} else {
		b.seen.Write(p[:n])
	}
	return n, err
}

type statusRecorder struct {
	http.ResponseWriter
	code int
}

func (s *statusRecorder) WriteHeader(code int) {
	if s.code == 0 {
		s.code = code
	}
	s.ResponseWriter.WriteHeader(code)
}

func (s *statusRecorder) Write(p []byte) (int, error) {
	if s.code == 0 {
		s.code = http.StatusOK
	}
	return s.ResponseWriter.Write(p)
}

// Unwrap returns the wrapped writer, for http.ResponseController.
func (s *statusRecorder) Unwrap() http.ResponseWriter { return s.ResponseWriter }
