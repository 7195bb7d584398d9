package vendorhttp_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/validate"
)

func read(t *testing.T, query, body string) *vendorhttp.Reader {
	t.Helper()
	v, err := vendorhttp.Form{Media: vendorhttp.JSON, Names: words}.Read(request(query, jsonType, body))
	if err != nil {
		t.Fatal(err)
	}
	return v.Reader()
}

func TestBooleans(t *testing.T) {
	for _, body := range []string{`{"a":true}`, `{"a":"TRUE"}`, `{"a":"True"}`, `{"a":1}`, `{"a":"1"}`, `{"a":1.0}`, `{"a":"1e0"}`} {
		if b, ok := read(t, "", body).Bool("a"); !b || !ok {
			t.Errorf("%s: %t %t", body, b, ok)
		}
	}
	for _, body := range []string{`{"a":false}`, `{"a":"False"}`, `{"a":0}`, `{"a":"0"}`, `{"a":0.0}`} {
		if b, ok := read(t, "", body).Bool("a"); b || !ok {
			t.Errorf("%s: %t %t", body, b, ok)
		}
	}
	for _, body := range []string{`{"a":"yes"}`, `{"a":2}`, `{"a":"01"}`, `{"a":1.5}`, `{"a":2.0}`, `{"a":[true]}`, `{"a":{}}`, `{"a":""}`} {
		in := read(t, "", body)
		if _, ok := in.Bool("a"); ok || in.Err() == nil {
			t.Errorf("%s was taken", body)
		}
	}
}

func TestNumbers(t *testing.T) {
	for body, want := range map[string]int64{`{"a":5}`: 5, `{"a":"5"}`: 5, `{"a":-5}`: -5, `{"a":"007"}`: 7, `{"a":4.0}`: 4, `{"a":4e0}`: 4,
		`{"a":"4.0"}`: 4, `{"a":"-4.00E+2"}`: -400, `{"a":40e-1}`: 4, `{"a":0.004e3}`: 4, `{"a":-0.0}`: 0, `{"a":0e5}`: 0,
		`{"a":9.223372036854775807e18}`: 1<<63 - 1, `{"a":-9223372036854775808.0}`: -1 << 63, `{"a":1e18}`: 1e18, `{"a":9223372036854775807}`: 1<<63 - 1} {
		if n, ok := read(t, "", body).Int("a"); n != want || !ok {
			t.Errorf("%s: %d %t", body, n, ok)
		}
	}
	for _, body := range []string{`{"a":5.5}`, `{"a":1e-1}`, `{"a":1e19}`, `{"a":"4."}`, `{"a":".4"}`, `{"a":"4e"}`, `{"a":"0x4.0"}`, `{"a":"4_0.0"}`, `{"a":"+4.0"}`, `{"a":1e9999999999}`, `{"a":"+5"}`, `{"a":" 5"}`, `{"a":""}`, `{"a":true}`, `{"a":[]}`, `{"a":9223372036854775808}`} {
		in := read(t, "", body)
		if _, ok := in.Int("a"); ok || in.Err() == nil {
			t.Errorf("%s was taken", body)
		}
	}
}

func TestTexts(t *testing.T) {
	if s, ok := read(t, "", `{"a":0542}`[:0]+`{"a":542.10}`).Text("a"); s != "542.10" || !ok {
		t.Errorf("a number as a text: %q", s)
	}
	for _, body := range []string{`{"a":true}`, `{"a":[]}`, `{"a":{}}`} {
		in := read(t, "", body)
		if _, ok := in.Text("a"); ok || in.Err() == nil {
			t.Errorf("%s was taken", body)
		}
	}
}

func TestListsOfNumbers(t *testing.T) {
	for body, want := range map[string][]int64{
		`{"a":[1,"2"]}`: {1, 2}, `{"a":"[1, 2]"}`: {1, 2}, `{"a":"1,2"}`: {1, 2}, `{"a":7}`: {7}, `{"a":""}`: {}, `{"a":"[]"}`: {},
	} {
		if got, ok := read(t, "", body).Ints(",", "a"); !ok || len(got) != len(want) || len(want) > 0 && cmp.Diff(want, got) != "" {
			t.Errorf("%s: %v %t", body, got, ok)
		}
	}
	in := read(t, "", `{"a":[1,"x",{}]}`)
	in.Ints(",", "a")
	if d := cmp.Diff([]string{"/a/1 invalid", "/a/2 invalid"}, problems(in.Err())); d != "" {
		t.Error(d)
	}
	in = read(t, "", `{"a":["x",[1]],"b":true}`)
	in.Texts(",", "a")
	in.Texts(",", "b")
	in.Ints(",", "b")
	if d := cmp.Diff([]string{"/a/1 invalid", "/b invalid", "/b invalid"}, problems(in.Err())); d != "" {
		t.Error(d)
	}
}

func TestNothingGiven(t *testing.T) {
	in := read(t, "e=", `{"n":null}`)
	if in.Has("a") || !in.Has("n") || !in.Null("n") || in.Null("e") || !in.Has("e") {
		t.Error("Has or Null")
	}
	for _, name := range []string{"a", "n"} {
		_, text := in.Text(name)
		_, number := in.Int(name)
		_, flag := in.Bool(name)
		_, list := in.Ints(",", name)
		_, texts := in.Texts(",", name)
		_, object := in.Object(name)
		_, objects := in.Objects(name)
		if text || number || flag || list || texts || object || objects {
			t.Errorf("%s has a value", name)
		}
	}
	if err := in.Err(); err != nil {
		t.Error(err)
	}
	in.EmptyIsAbsent = true
	if in.Has("e") || in.Require("e") {
		t.Error("an empty text counts as given")
	}
	if d := cmp.Diff([]string{"/e required"}, problems(in.Err())); d != "" {
		t.Error(d)
	}
}

func TestTwoNamesOfOneParameter(t *testing.T) {
	if s, _ := read(t, "", `{"telephone_number":"+31"}`).Text("telephone", "telephone_number"); s != "+31" {
		t.Errorf("%q", s)
	}
	in := read(t, "", `{"telephone_number":"+31","telephone":"+32"}`)
	in.Text("telephone", "telephone_number")
	in.Unknown()
	if d := cmp.Diff([]string{"/telephone conflict"}, problems(in.Err())); d != "" {
		t.Error(d)
	}
}

func TestObjects(t *testing.T) {
	in := read(t, "", `{"one":{"id":1},"list":[{"id":1},{"id":"x","hunter2":1}],"bad":[1],"text":"x"}`)
	one, _ := in.Object("one")
	if id, ok := one.Int("id"); id != 1 || !ok {
		t.Error("the object's member")
	}
	list, ok := in.Objects("list")
	if !ok || len(list) != 2 {
		t.Fatal("the list")
	}
	list[0].Int("id")
	list[1].Int("id")
	list[1].Unknown()
	list[1].Problem("id", validate.Forbidden)
	in.Objects("bad")
	in.Objects("text")
	in.Object("text")
	if self, ok := in.Objects("one"); !ok || len(self) != 1 {
		t.Error("one object stands for a list of itself")
	}
	want := []string{"/bad/0 invalid", "/list/1 unknown_parameter", "/list/1/id invalid", "/list/1/id forbidden", "/text invalid", "/text invalid"}
	if d := cmp.Diff(want, problems(in.Err())); d != "" {
		t.Error(d)
	}
}
