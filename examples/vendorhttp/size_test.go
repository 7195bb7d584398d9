package vendorhttp_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// objects is a list of n objects with so many bytes.
func objects(n, size int) string {
	list := "[" + strings.TrimSuffix(strings.Repeat(`{},`, n), ",") + "]"
	return list + strings.Repeat(" ", max(0, size-len(list)))
}

// What is too large says of what there is more than there may be.
func TestBoundsOfADocument(t *testing.T) {
	lists, plain := vendorhttp.Form{Media: vendorhttp.JSON, Objects: true}, vendorhttp.Form{Media: vendorhttp.JSON}
	for name, c := range map[string]struct {
		form vendorhttp.Form
		body string
		want string // of the failure; "": it is taken
	}{
		"a list of as many as may be": {lists, objects(1000, 8<<20), ""},
		"one object more":             {lists, objects(1001, 0), "more than 1000 objects in its list"},
		"one byte more":               {lists, objects(1, 8<<20+1), "more than 8388608 bytes in its body"},
		"many values":                 {lists, "[" + strings.Repeat(`{"a":[1,2,3]},`, 999) + `{"a":[` + strings.Repeat("1,", 500_000) + `1]}]`, ""},
		"more values than may be":     {lists, `[{"a":[` + strings.Repeat("1,", 1<<20) + `1]}]`, "more than 1048576 values"},
		"one object of 1 MiB":         {lists, "{}" + strings.Repeat(" ", 1<<20-2), ""},
		"one object of more":          {lists, "{}" + strings.Repeat(" ", 1<<20-1), "more than 1048576 bytes in its body"},
		"one object of many values":   {lists, `{"a":[` + strings.Repeat("1,", 10_000) + `1]}`, "more than 10000 values"},
		"a list where none is wanted": {plain, objects(1, 1<<20+1), "more than 1048576 bytes in its body"},
		"its values":                  {plain, objects(10_001, 0), "more than 10000 values"},
	} {
		for _, known := range []bool{true, false} {
			r := httptest.NewRequest("PUT", "/", strings.NewReader(c.body))
			r.Header.Set("Content-Type", "application/json")
			if !known {
				r.ContentLength = -1
			}
			v, err := c.form.Document(r)
			f := vendorhttp.FailureOf(err)
			switch {
			case c.want == "" && err == nil:
				if n := len(v.Members[0].Items); strings.HasPrefix(name, "a list of") && n != 1000 {
					t.Errorf("%s: %d objects", name, n)
				}
			case c.want == "" || !errors.Is(err, vendorhttp.ErrTooLarge) || f.Code != vendorhttp.CodeTooLarge || f.What != c.want || !strings.HasSuffix(err.Error(), c.want):
				t.Errorf("%s: %v, a failure by %q, want %q", name, err, f.What, c.want)
			}
		}
	}
}

// slowBody is a body of which little comes before the connection ends. It keeps how much room it
// was given.
type slowBody struct{ come, room int }

func (b *slowBody) Read(p []byte) (int, error) {
	b.room = max(b.room, len(p))
	if b.come == 0 {
		return 0, errors.New("the client is gone")
	}
	n := min(len(p), b.come)
	b.come -= n
	return n, nil
}

func (*slowBody) Close() error { return nil }

// A client that announces a large body gets no memory for what it has not sent.
func TestMemoryForABodyFollowsWhatCame(t *testing.T) {
	for _, come := range []int{0, 10, 200_000} {
		body := &slowBody{come: come}
		r := &http.Request{Method: "PUT", Body: body, ContentLength: vendorhttp.MaxListBody, Header: http.Header{"Content-Type": {"application/json"}}}
		_, err := vendorhttp.Form{Media: vendorhttp.JSON, Objects: true}.Document(r)
		if !errors.Is(err, vendorhttp.ErrMalformed) || body.room > 64<<10+2*come {
			t.Errorf("%d bytes came: room for %d, %v", come, body.room, err)
		}
	}
}

// A body comes through whole, however it is cut and whether or not its length is known.
func TestBodiesOfEverySize(t *testing.T) {
	for _, size := range []int{2, 511, 512, 513, 64<<10 - 1, 64 << 10, 64<<10 + 1, 200_000, vendorhttp.MaxBody} {
		text := `"` + strings.Repeat("a", size-2) + `"`
		for _, length := range []int64{int64(size), -1} {
			r := httptest.NewRequest("PUT", "/", io.MultiReader(strings.NewReader(text[:size/2]), strings.NewReader(text[size/2:])))
			r.ContentLength = length
			r.Header.Set("Content-Type", "application/json")
			v, err := vendorhttp.Form{Media: vendorhttp.JSON}.Document(r)
			if err != nil || len(v.Members[0].Text) != size-2 {
				t.Errorf("%d bytes: %v", size, err)
			}
		}
	}
}
