package omnidesk

import (
	"net/http"
	"strconv"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
)

// listHead returns the beginning of the JSON reply with a list: the members type, itemStart,
// itemTotal and itemLimit, and the opening bracket of "items". The form is that of the customer
// index in the vendor's specification. The caller appends the items and "]}".
func listHead(start int64, total int, limit int64) []byte {
	b := strconv.AppendInt([]byte(`{"type":"list","itemStart":`), start, 10)
	b = strconv.AppendInt(append(b, `,"itemTotal":`...), int64(total), 10)
	b = strconv.AppendInt(append(b, `,"itemLimit":`...), limit, 10)
	return append(b, `,"items":[`...)
}

// result returns the reply of a call that changed something.
func result(message string) []byte {
	return append(vendorhttp.AppendText([]byte(`{"type":"result","message":`), message), '}')
}

// about adds the member userID to the JSON of a result and returns the JSON. It is for a call that
// did not name the user by id.
func about(result []byte, id user.ID) []byte {
	b := append(result[:len(result)-1], `,"userID":`...)
	return append(strconv.AppendInt(b, int64(id), 10), '}')
}

// done returns the reply of a call, or its error.
func done(message string, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return result(message), nil
}

func begin(w http.ResponseWriter, status int) {
	w.Header()["Content-Type"] = jsonType
	w.WriteHeader(status)
}

func reply(w http.ResponseWriter, status int, body []byte) {
	begin(w, status)
	_, _ = w.Write(body) // an error means that the caller is gone
}

var (
	jsonType = []string{"application/json"}
)
