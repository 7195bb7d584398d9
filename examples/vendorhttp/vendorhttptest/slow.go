package vendorhttptest

import (
	"bytes"
	"errors"
	"net/http"
)

// SlowClient is an http.ResponseWriter of a slow client. The first Write waits until GoOn or Quit
// is called.
type SlowClient struct {
	Stopped chan struct{} // closed when the first Write begins
	Status  int
	Body    bytes.Buffer // the body that the client has received

	header http.Header
	goOn   chan struct{}
	gone   bool
}

// NewSlowClient returns a client that has received nothing.
func NewSlowClient() *SlowClient {
	return &SlowClient{
		Stopped: make(chan struct{}), Status: http.StatusOK, header: http.Header{}, goOn: make(chan struct{}),
	}
}

// GoOn ends the wait of the first Write, which then succeeds. Call either GoOn or Quit, once.
func (c *SlowClient) GoOn() { close(c.goOn) }

// Quit ends the wait of the first Write. This call of Write and all later ones return an error.
func (c *SlowClient) Quit() {
	c.gone = true
	close(c.goOn)
}

// Header implements http.ResponseWriter.
func (c *SlowClient) Header() http.Header { return c.header }

// WriteHeader stores the status in c.Status.
func (c *SlowClient) WriteHeader(status int) { c.Status = status }

// Write implements io.Writer. The first call closes c.Stopped and waits until GoOn or Quit is
// called. After GoOn, Write appends p to c.Body. After Quit, Write appends nothing and returns an
// error. Later calls do not wait.
func (c *SlowClient) Write(p []byte) (int, error) {
	select {
	case <-c.Stopped:
	default:
		close(c.Stopped)
		<-c.goOn
	}
	if c.gone {
		return 0, errGone
	}
	return c.Body.Write(p)
}

var errGone = errors.New("vendorhttptest: the client has gone")

// Serve serves the request r with h and writes the reply to the client c. It returns true if h
// broke off the reply by a panic with http.ErrAbortHandler, and false if h returned. Serve does not
// recover from any other panic.
func (c *SlowClient) Serve(h http.Handler, r *http.Request) (broken bool) {
	defer func() {
		if p := recover(); p != nil {
			if broken = p == http.ErrAbortHandler; !broken {
				panic(p)
			}
		}
	}()
	h.ServeHTTP(c, r)
	return false
}
