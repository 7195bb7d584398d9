package strictjson

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestCheck(t *testing.T) {
	for in, says := range map[string]string{
		`{"a":[1,{"b":"c"},[]],"d":{},"e":"\ud83d\ude00\\u0000\"","é":-1.5e3} `: "",
		`[[],[{}],{"a":{"a":1}},null]`:                                          "", `"\ufffd"`: "", `1`: "", ` true `: "",
		"\"\xff\"": "not valid UTF-8", "{\"\xff\":1}": "not valid UTF-8",
		`"\u0000"`: "NUL", `{"\u0000":1}`: "NUL", `["\\\u0000"]`: "NUL",
		`"\ud800"`: "surrogate", `"\ud800\u0041"`: "surrogate", `"\ude00"`: "surrogate", `"\ud800\ud800\ude00"`: "surrogate",
		`{"a":1,"a":2}`: `the member "a" twice`, `{"ab":1,"c":2,"AB":3}`: `the member "AB" twice`, `[{"k":{"x":1,"x":1}}]`: "twice", `{"a":1,"\u0061":2}`: "twice", `{"k":1,"K":2}`: "twice",
		"{" + manyMembers(100) + "}": "", "{" + manyMembers(101) + "}": "too many members",
		strings.Repeat("[", 150) + strings.Repeat("]", 150): "too deep",
		``: "malformed", `{`: "malformed", `[`: "malformed", `[}`: "malformed", `{"a"}`: "malformed", `{a:1}`: "malformed",
		`"a`: "malformed", `[,]`: "malformed", `[1,]`: "malformed", `[1 2]`: "malformed", `{"a":1,}`: "malformed", `{"a":,}`: "malformed", `"\`: "malformed", `"\u12`: "malformed",
	} {
		if err := Check([]byte(in)); (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", in, err, says)
		}
	}
}

func manyMembers(n int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(`"m%d":%d`, i, i))
	}
	return strings.Join(list, ",")
}

func TestUnmarshalIsStrict(t *testing.T) {
	type record struct {
		A int `json:"a"`
	}
	for in, fine := range map[string]bool{
		`{"a":1}`: true, ` {"a":1} `: true, `{"b":1}`: false, `{"a":1,"a":1}`: false, `{"a":1}{}`: false, `{"a":"1"}`: false, ``: false, `{"a":1`: false,
	} {
		var r record
		if err := Unmarshal([]byte(in), &r); (err == nil) != fine {
			t.Errorf("%s: %v, %v", in, r, err)
		}
	}
}

// TestErrorsAreShort: an error does not quote all of a long input.
func TestErrorsAreShort(t *testing.T) {
	long := strings.Repeat("9", 1<<16)
	for _, in := range []string{`{"n":` + long + `}`, `{"at":"` + long + `"}`, `{"` + long + `":1}`} {
		var r struct {
			N  int       `json:"n"`
			At time.Time `json:"at"`
		}
		if err := Unmarshal([]byte(in), &r); err == nil || len(err.Error()) > 300 {
			t.Errorf("%.20s: %.400v", in, err)
		}
	}
}

func TestTime(t *testing.T) {
	at := time.Date(2025, 1, 1, 1, 0, 0, 1000, time.FixedZone("x", 3600))
	if err := Time(&at); err != nil || at != time.Date(2025, 1, 1, 0, 0, 0, 1000, time.UTC) {
		t.Error(at, err)
	}
	zero := time.Time{}.In(time.FixedZone("x", 3600))
	if err := Time(&zero); err != nil || zero != (time.Time{}) {
		t.Error(zero, err)
	}
	at = at.Add(1)
	if Time(&at) == nil {
		t.Error("took a nanosecond")
	}
}

// FuzzCheck: any bytes come to an end, and what is said of valid JSON is what encoding/json does to
// it.
func FuzzCheck(f *testing.F) {
	for _, s := range []string{`{"a":[1,"\ud83d\ude00"],"b":{}}`, `[}`, `{"a":1,"A":2}`, "\"\xff\"", `"\u0000"`, `{"":{"":""}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		err := Check(in)
		var s string
		if json.Unmarshal(in, &s) != nil {
			return
		}
		lost := !utf8.Valid(in) || strings.Contains(s, "\x00") ||
			strings.Contains(s, "\uFFFD") && !strings.Contains(string(in), "\uFFFD") && !strings.Contains(strings.ToLower(string(in)), `\ufffd`)
		if lost && err == nil {
			t.Fatalf("%q loses something as %q", in, s)
		}
	})
}
