package vendorhttp

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/ca74b63c/roster"
)

// Options are the options of all vendors' handlers. The zero Options suit production: the system's
// clock, no faults, no log.
type Options struct {
	// Clock returns the time for the adapter's tokens, sessions and log. The directory has a clock
	// of its own; see roster.WithClock. Nil means time.Now.
	Clock func() time.Time
	// Faults returns the fault that a test server produces for a request. Nil means no faults. See
	// HeaderFaults.
	Faults func(*http.Request) Fault
	// Log is called after each reply with the request and its reply, without secrets. Nil logs
	// nothing. See LogTo.
	Log func(Entry)
	// MaxLists is the number of lists of more than one page or piece that one adapter sends at a
	// time. Each such list has a page of users in memory. Another list waits one second; then the
	// reply has the status 503. 0 means DefaultMaxLists.
	MaxLists int
}

// Lists returns a new gate with o.MaxLists places, or DefaultMaxLists if that is not positive. The
// gate limits how many long lists are sent at a time.
func (o Options) Lists() *Gate {
	if o.MaxLists <= 0 {
		return NewGate(DefaultMaxLists)
	}
	return NewGate(o.MaxLists)
}

// Now returns the time of o.Clock, or of the system if o.Clock is nil.
func (o Options) Now() time.Time {
	if o.Clock == nil {
		return time.Now()
	}
	return o.Clock()
}

// Wrap returns a handler that serves requests with h and adds the following:
//
//   - headers that forbid caching and content sniffing
//   - the fault that o.Faults returns for a request: a delay before h, a failure in place of h, or
//     both
//   - recovery from a panic of h: if the reply has not begun, the handler calls fail with
//     roster.CodeInternal, otherwise the reply stays incomplete. A panic with http.ErrAbortHandler
//     goes on.
//   - a log entry for each request, with only the parameter names that are in names
//
// There are no faults if o.Faults is nil, and no log entries if o.Log is nil.
func (o Options) Wrap(h http.Handler, names *Names, fail FailFunc) http.Handler {
	inner := h
	if o.Faults != nil {
		inner = o.faulty(inner, fail)
	}
	inner = secured(recovering(inner, fail))
	if o.Log != nil {
		inner = o.logging(inner, names)
	}
	return inner
}

// secured returns a handler that sets two headers and then calls h. One header forbids clients to
// guess the content type, and the other forbids caching.
func secured(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header["X-Content-Type-Options"], header["Cache-Control"] = noSniff, noStore
		h.ServeHTTP(w, r)
	})
}

var (
	noSniff = []string{"nosniff"}
	noStore = []string{"no-store"}
)

func (o Options) faulty(h http.Handler, fail FailFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fault := o.Faults(r)
		if fault.Latency > 0 {
			timer := time.NewTimer(fault.Latency)
			defer timer.Stop()
			select {
			case <-r.Context().Done():
				fail(w, r, FailureOf(r.Context().Err()))
				return
			case <-timer.C:
			}
		}
		if fault.Failure != nil {
			fail(w, r, *fault.Failure)
			return
		}
		h.ServeHTTP(w, r)
	})
}

func recovering(h http.Handler, fail FailFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := &statusRecorder{ResponseWriter: w}
		defer func() {
			recovered := recover()
			switch {
			case recovered == nil:
			case recovered == http.ErrAbortHandler:
				panic(recovered) // net/http's own way to break a connection off
			case answer.code == 0:
				fail(answer, r, Failure{Code: roster.CodeInternal})
			}
		}()
		h.ServeHTTP(answer, r)
	})
}

// LogTo returns a function for Options.Log that writes each entry to log. The level is Error for a
// status of 500 or more, and Info otherwise.
func LogTo(log *slog.Logger) func(Entry) {
	return func(e Entry) {
		level := slog.LevelInfo
		if e.Status >= http.StatusInternalServerError {
			level = slog.LevelError
		}
		log.Log(context.Background(), level, "request",
			"method", e.Method, "path", e.Path, "query", e.Query, "body", e.Body, "status", e.Status, "took", e.Took)
	}
}
