package vendorhttptest

import (
	"fmt"
	"testing"

	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// Log stores the last entry of an adapter's log. Use its method Take as vendorhttp.Options.Log.
type Log struct{ text string }

// Take stores the entry as a text, in place of the entry before.
func (l *Log) Take(e vendorhttp.Entry) { l.text = fmt.Sprintf("%+v", e) }

// last returns the last log entry as a text, and removes it. If there is no entry since the
// previous call, last fails the test and returns "".
func (l *Log) last(t *testing.T) string {
	t.Helper()
	text := l.text
	if l.text = ""; text == "" {
		t.Error("nothing is logged")
	}
	return text
}
