package vendorhttp_test

import (
	"encoding/json"
	"testing"

	"github.com/ca74b63c/roster/examples/vendorhttp"
)

// FuzzAppendText: what is written is what encoding/json writes, behind what was there.
func FuzzAppendText(f *testing.F) {
	for _, s := range []string{"", "Ann", "O'Brien", `a"b\c`, "<script>&", "é", "a\nb\x00\x7f", "a\xff", "\u2028", "𝄞"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(vendorhttp.AppendText([]byte("x"), s)); got != "x"+string(want) {
			t.Errorf("%q gives %s, want %s", s, got, want)
		}
	})
}
