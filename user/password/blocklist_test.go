package password

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadBlocklist(t *testing.T) {
	const text = "\uFEFFletmein1\r\n\n#hash\n trailing \nLETMEIN1\nžluťoučký\n\xff\xfe\nlast"
	b := must(ReadBlocklist(iotest.OneByteReader(strings.NewReader(text))))
	for _, s := range []string{
		"letmein1", "LetMeIn1", "#hash", " trailing ", "ŽLUŤOUČKÝ", "z\u030clut\u030couc\u030cky\u0301", "last",
	} {
		if !b.Has(s) {
			t.Errorf("%q is on the list", s)
		}
	}
	for _, s := range []string{"", "letmein", "trailing", "hash", "\uFEFFletmein1"} {
		if b.Has(s) {
			t.Errorf("%q is not on the list", s)
		}
	}
	if b.Len() != 6 {
		t.Errorf("%d different passwords, want 6", b.Len())
	}
}

func TestANilOrEmptyBlocklistHasNothing(t *testing.T) {
	empty := must(ReadBlocklist(strings.NewReader("")))
	for _, b := range []*Blocklist{nil, empty, NewBlocklist(), {}} {
		if b.Has("") || b.Has("password") || b.Len() != 0 {
			t.Error("an empty list has something")
		}
	}
}

func TestReadBlocklistNamesTheLine(t *testing.T) {
	long := strings.Repeat("s", MaxBytes+1)
	failed := errors.New("disk failed")
	for _, c := range []struct {
		name string
		in   io.Reader
		line int
		want error
	}{
		{"overlong", strings.NewReader("one\n\n" + long + "\nfour"), 3, ErrLineTooLong},
		{"overlong at the end", strings.NewReader("one\n" + long), 2, ErrLineTooLong},
		{"longer than any buffer", strings.NewReader("one\n" + strings.Repeat("s", 1<<20)), 2, ErrLineTooLong},
		{"the reader fails", io.MultiReader(strings.NewReader("one\ntwo\n"), iotest.ErrReader(failed)), 3, failed},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := ReadBlocklist(c.in)
			if b != nil || !errors.Is(err, c.want) || !strings.Contains(err.Error(), fmt.Sprintf(" line %d: ", c.line)) {
				t.Fatalf("got %v, %v; want line %d, %v", b, err, c.line, c.want)
			}
			if strings.Contains(err.Error(), "sss") {
				t.Errorf("the error repeats the line")
			}
		})
	}
	full := strings.Repeat("s", MaxBytes)
	if b, err := ReadBlocklist(strings.NewReader(full + "\r\n" + full)); err != nil || b.Len() != 1 {
		t.Errorf("lines of the greatest length: %v", err)
	}
}
