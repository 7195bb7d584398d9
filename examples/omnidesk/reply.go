package omnidesk

import (
	"encoding/json"
	"net/http"
)

// list is the answer of an index (customer index of the vendor's specification).
type list[T any] struct {
	Type  string `json:"type"`
	Start int64  `json:"itemStart"`
	Total int    `json:"itemTotal"`
	Limit int64  `json:"itemLimit"`
	Items []T    `json:"items"`
}

func listOf[T any](start int64, total int, limit int64, items []T) list[T] {
	if items == nil {
		items = []T{}
	}
	return list[T]{"list", start, total, limit, items}
}

// one is the answer about one thing.
type one[T any] struct {
	Type string `json:"type"`
	Item T      `json:"item"`
}

// result is the answer of a call that changes something. A caller who could not know the user learns the id.
type result struct {
	Type    string `json:"type"`
	Message string `json:"message"`
	UserID  int64  `json:"userID,omitempty"`
	Until   string `json:"reservedUntil,omitempty"`
}

// done is the answer of a call that succeeded.
func done(message string, err error) (any, error) {
	return result{Type: "result", Message: message}, err
}

// timeFormat is how the vendor writes a moment: 2019-09-28 22:06:16.
const timeFormat = "2006-01-02 15:04:05"

func reply(w http.ResponseWriter, status int, answer any) {
	body, err := json.Marshal(answer)
	if err != nil { // none of the answers has what cannot be written
		status, body = http.StatusInternalServerError, []byte(`{"status":"error","message":"Internal error.","errors":[]}`)
	}
	h := w.Header()
	h["Content-Type"] = jsonType
	h["Cache-Control"] = noStore
	w.WriteHeader(status)
	_, _ = w.Write(body) // the caller is gone: nobody is left to tell
}

var (
	jsonType = []string{"application/json"}
	noStore  = []string{"no-store"}
)
