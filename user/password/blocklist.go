package password

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// ErrLineTooLong means that a line of a blocklist has more than MaxBytes bytes.
var ErrLineTooLong = errors.New("line too long")

// Blocklist is a set of passwords that are refused because attackers try them first. A nil
// Blocklist is empty. A Blocklist is immutable, so many goroutines may share it.
//
// It keeps a hash of eight bytes for each password, and not the passwords. Two passwords can have
// one hash: with ten million entries, about one in 2·10¹² passwords is refused without being on the
// list.
type Blocklist struct {
	hashes []uint64 // ascending, each once
}

// NewBlocklist returns a Blocklist of the given passwords. It ignores empty passwords and counts
// repeated ones once. Case and compatibility forms do not matter. Without passwords the list is
// empty.
func NewBlocklist(passwords ...string) *Blocklist {
	hashes := make([]uint64, 0, len(passwords))
	for _, p := range passwords {
		if p != "" {
			hashes = append(hashes, foldedHash(p))
		}
	}
	return sorted(hashes)
}

// ReadBlocklist reads a list with one password a line, the form in which such lists are published.
// The text is UTF-8, with or without a byte order mark. Lines end with LF or CRLF. Empty lines are
// ignored. There are no comments, and spaces are kept, because a password may begin with any
// character.
//
// Errors: ErrLineTooLong or the reader's error. Both are wrapped with the number of the line. The
// error does not contain the line. After an error the list is nil.
func ReadBlocklist(r io.Reader) (*Blocklist, error) {
	var hashes []uint64
	line := 1
	in := bufio.NewScanner(r)
	for ; in.Scan(); line++ {
		text := in.Text()
		if line == 1 {
			text = strings.TrimPrefix(text, "\uFEFF")
		}
		if len(text) > MaxBytes {
			return nil, lineError(line, ErrLineTooLong)
		}
		if text != "" {
			hashes = append(hashes, foldedHash(text))
		}
	}
	switch err := in.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, lineError(line, ErrLineTooLong)
	case err != nil:
		return nil, lineError(line, err)
	}
	return sorted(hashes), nil
}

func lineError(line int, err error) error {
	return fmt.Errorf("password: blocklist line %d: %w", line, err)
}

func sorted(hashes []uint64) *Blocklist {
	slices.Sort(hashes)
	// A copy of the exact size: growing left up to a quarter of the memory unused.
	return &Blocklist{hashes: slices.Clone(slices.Compact(hashes))}
}

// Len returns the number of different passwords in the list.
func (b *Blocklist) Len() int {
	if b == nil {
		return 0
	}
	return len(b.hashes)
}

// Has reports whether the list contains the password plain. It ignores case and compatibility
// forms, such as full-width letters. It compares 64-bit hashes, so another password with the same
// hash also counts. It returns false for a nil or empty list.
func (b *Blocklist) Has(plain string) bool {
	if b.Len() == 0 {
		return false
	}
	_, found := slices.BinarySearch(b.hashes, foldedHash(plain))
	return found
}

// foldedHash returns the 64-bit FNV-1a hash of fold(s), which ignores case and compatibility forms.
// FNV is not cryptographic: an attacker gains nothing from two passwords with the same hash.
func foldedHash(s string) uint64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, fold(s)) // a hash takes every text
	return h.Sum64()
}

// everyday lists passwords of at least eight characters from the top of published lists of leaked
// passwords, and passwords that people type to get past a form. Shorter passwords are refused by
// their length.
//
//go:embed everyday.txt
var everyday string

// Everyday returns a Blocklist of a few hundred passwords, so that a program without a list of its
// own refuses "password1". Use a published list in production.
func Everyday() *Blocklist { return NewBlocklist(strings.Fields(everyday)...) }

// fold returns s in NFKC and without case, so that "PASSWORD" and full-width letters become
// "password". It normalizes again after folding, because folding can produce a sequence that NFKC
// composes. Folded text is only compared, and never hashed as a password.
func fold(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) {
		return strings.ToLower(s) // the same for ASCII
	}
	return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s)))
}
