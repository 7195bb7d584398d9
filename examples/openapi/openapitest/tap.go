package openapitest

import (
	"bytes"
	"io"
	"net/http"
)

// tee keeps what is read of a body.
type tee struct {
	io.ReadCloser
	kept *bytes.Buffer
}

// Read implements io.Reader. It reads from the request body into p, returns the results of this
// read, and keeps a copy of the bytes for the check.
func (t *tee) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	t.kept.Write(p[:n])
	return n, err
}

// reply passes a reply on and keeps it.
type reply struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
	broken bool // the caller did not take it
}

// WriteHeader passes the status on.
func (w *reply) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter. It writes p to the client's writer and returns the results
// of this write. It also stores the written bytes for the check, until more than maxReply bytes are
// stored. After a write error the reply is not checked.
func (w *reply) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	w.broken = w.broken || err != nil
	if w.body.Len() <= maxReply {
		w.body.Write(p[:n])
	}
	return n, err
}

// Unwrap returns the writer that takes the reply, for http.ResponseController.
func (w *reply) Unwrap() http.ResponseWriter { return w.ResponseWriter }
