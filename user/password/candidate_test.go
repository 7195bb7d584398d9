package password

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestACandidateNeverPrintsItsPasswords(t *testing.T) {
	c := Candidate{New: "hunter2new", Old: "hunter2old", Confirm: "hunter2confirm"}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%20.3s"} {
		_, _ = fmt.Fprintf(&out, verb, c)
		_, _ = fmt.Fprintf(&out, verb, &c)
		_, _ = fmt.Fprintf(&out, verb, []Candidate{c})
		_, _ = fmt.Fprintf(&out, verb, struct{ C Candidate }{c})
	}
	for _, marshal := range []func(any) ([]byte, error){json.Marshal, xml.Marshal} {
		b := must(marshal(c))
		out.Write(b)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("text", "candidate", c)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("json", "candidate", &c)
	if text := out.String(); strings.Contains(text, "hunter2") || strings.Contains(text, "68756e74657232") {
		t.Errorf("a candidate printed a password: %s", text)
	}
	if n := strings.Count(out.String(), "redacted"); n != 8*4+2+2 {
		t.Errorf("%d of the forms are redacted", n)
	}
}
