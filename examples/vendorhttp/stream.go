package vendorhttp

import (
	"net/http"
	"time"
)

const (
	// ListPage is how many users a list without pages reads at a time.
	ListPage = 250
	// Piece is how many bytes of such a list are gathered before they are sent.
	Piece = 64 << 10
	// DefaultMaxLists is how many lists an adapter sends at a time where Options.MaxLists is 0.
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

// Stream returns a stream to a client, for which start writes the status and the header.
func (g *Gate) Stream(w http.ResponseWriter, r *http.Request, start func()) *Stream {
	return &Stream{w: w, r: r, gate: g, start: start}
}

// Enter takes a place of the gate, unless the list has one. Close gives it back. Errors: ErrBusy or
// the context's.
func (s *Stream) Enter() error {
	if s.entered {
		return nil
	}
	err := s.gate.Enter(s.r.Context())
	s.entered = err == nil
	return err
}

// Send sends body and returns an empty one if there is enough for a piece; else it returns body, to
// be appended to. Errors: ErrBusy or the context's before the first piece, those of the connection.
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
	// A writer without deadlines, as tests have it, is no client that could stop reading.
	_ = http.NewResponseController(s.w).SetWriteDeadline(time.Now().Add(s.gate.piece))
	_, err := s.w.Write(body)
	return err
}

// Finish ends the list with its last bytes. If no piece was sent, it returns body, which is the
// whole reply and the caller's to send. Else it sends body as the last piece and returns nil; if
// that fails, it ends the connection. The deadline of a piece is not that of the next reply:
// net/http sees to that.
func (s *Stream) Finish(body []byte) []byte {
	if !s.begun {
		return body
	}
	_ = s.Fail(s.write(body))
	return nil
}

// Fail returns err. If a piece was sent, it ends the connection instead, by the panic that net/http
// has for it: the client sees that the reply is broken, and never takes a part for the whole.
func (s *Stream) Fail(err error) error {
	if err != nil && s.begun {
		panic(http.ErrAbortHandler)
	}
	return err
}

// Close gives the place back.
func (s *Stream) Close() {
	if s.entered {
		s.gate.Leave()
	}
}
