package vendorhttp

import (
	"net/http"
	"time"
)

const (
	// ListPage is the number of users that a list without pages reads at a time.
	ListPage = 250
	// Piece is the number of bytes of such a list that the server collects before it sends them.
	Piece = 64 << 10
	// DefaultMaxLists is the number of lists that an adapter sends at a time if Options.MaxLists is
	// 0.
	DefaultMaxLists = 32
)

// Stream sends a list that may be too large for memory, a piece at a time:
//
//	s := gate.Stream(w, r, func() { … the status and the header … })
//	defer s.Close()
//	for each page {
//		if it is not the first {
//			if err := s.Enter(); err != nil {
//				return s.Fail(err)
//			}
//		}
//		for each user {
//			if body, err = s.Send(append(body, …)); err != nil {
//				return s.Fail(err)
//			}
//		}
//	}
//	if body = s.Finish(body); body != nil {
//		… body is the whole reply …
//	}
//
// A list takes a place of the gate before its second page is read or its first piece is sent. Each
// piece has a deadline of its own, so that a client that stops reading loses its place.
type Stream struct {
	w       http.ResponseWriter
	r       *http.Request
	gate    *Gate
	start   func()
	entered bool
	begun   bool
}

// Stream returns a stream that replies to the request r. Before its first piece the stream calls
// start, which must write the status and the header.
func (g *Gate) Stream(w http.ResponseWriter, r *http.Request, start func()) *Stream {
	return &Stream{w: w, r: r, gate: g, start: start}
}

// Enter takes a place of the gate that limits how many long lists are sent at a time, and waits if
// no place is free. It does nothing if the stream already has a place. Close gives the place back.
// Errors: ErrBusy if no place becomes free in time; the error of the request's context if it ends
// during the wait.
func (s *Stream) Enter() error {
	if s.entered {
		return nil
	}
	err := s.gate.Enter(s.r.Context())
	s.entered = err == nil
	return err
}

// Send sends body to the client if body has at least Piece bytes, and then returns an empty slice.
// Otherwise it returns body, and the caller appends to it. Errors: those of Enter, only before the
// first piece; those of writing to the client.
func (s *Stream) Send(body []byte) ([]byte, error) {
	if len(body) < Piece {
		return body, nil
	}
	return body[:0], s.write(body)
}

func (s *Stream) write(body []byte) error {
	if !s.begun {
		if err := s.Enter(); err != nil {
			return err
		}
		s.begun = true
		s.start()
	}
	if s.r.Method == http.MethodHead {
		return nil
	}
	// Only a writer of a test has no deadlines, so the error is ignored.
	_ = http.NewResponseController(s.w).SetWriteDeadline(time.Now().Add(s.gate.piece))
	_, err := s.w.Write(body)
	return err
}

// Finish ends the list. body contains the last bytes of the list, which Send has not sent. If Send
// has sent no piece, Finish sends nothing and returns body, which is the whole reply, and the
// caller sends it. Otherwise Finish sends body as the last piece and returns nil. If sending fails,
// Finish closes the connection by the panic http.ErrAbortHandler.
func (s *Stream) Finish(body []byte) []byte {
	if !s.begun {
		return body
	}
	_ = s.Fail(s.write(body))
	return nil
}

// Fail returns err. If a piece was sent already, it closes the connection instead, by the panic
// http.ErrAbortHandler. So the client notices that the reply is incomplete.
func (s *Stream) Fail(err error) error {
	if err != nil && s.begun {
		panic(http.ErrAbortHandler)
	}
	return err
}

// Close gives back the place of the gate, if the stream has one. Call it once.
func (s *Stream) Close() {
	if s.entered {
		s.gate.Leave()
	}
}
