package password

import (
	"bufio"
	"bytes"
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

// The bounds of ReadBlocklist. At most 80 MB of memory holds the largest list; published ones of
// the passwords seen most often have between a thousand and a million lines.
const (
	MaxBlocklistEntries = 10_000_000
	MaxBlocklistLine    = MaxBytes // bytes without the line's end
)

var (
	// ErrLineTooLong means that a line of a blocklist has more than MaxBlocklistLine bytes.
	ErrLineTooLong = errors.New("line too long")
	// ErrTooManyLines means that a blocklist has more than MaxBlocklistEntries lines that are not
	// empty.
	ErrTooManyLines = errors.New("too many lines")
)

// BlocklistError is an error of ReadBlocklist at one line. It does not contain the line.
type BlocklistError struct {
	Line int // from 1
	Err  error
}

// Error returns the number of the line and the reason.
func (e *BlocklistError) Error() string {
	return fmt.Sprintf("password: blocklist line %d: %v", e.Line, e.Err)
}

// Unwrap returns ErrLineTooLong, ErrTooManyLines or the reader's error.
func (e *BlocklistError) Unwrap() error { return e.Err }

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
// Errors: *BlocklistError, which wraps ErrLineTooLong, ErrTooManyLines or the reader's error.
func ReadBlocklist(r io.Reader) (*Blocklist, error) { return readBlocklist(r, MaxBlocklistEntries) }

func readBlocklist(r io.Reader, most int) (*Blocklist, error) {
	var hashes []uint64
	in := bufio.NewReaderSize(r, 64<<10)
	for line := 1; ; line++ {
		text, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			return nil, &BlocklistError{Line: line, Err: ErrLineTooLong}
		}
		if err != nil && err != io.EOF {
			return nil, &BlocklistError{Line: line, Err: err}
		}
		text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))
		if line == 1 {
			text = bytes.TrimPrefix(text, []byte("\uFEFF"))
		}
		if len(text) > MaxBlocklistLine {
			return nil, &BlocklistError{Line: line, Err: ErrLineTooLong}
		}
		if len(text) > 0 {
			if len(hashes) == most {
				return nil, &BlocklistError{Line: line, Err: ErrTooManyLines}
			}
			hashes = append(hashes, foldedHash(string(text)))
		}
		if err == io.EOF {
			return sorted(hashes), nil
		}
	}
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

// foldedHash returns the 64-bit FNV-1a hash of s after folding, so that case and compatibility
// forms do not matter. The hash is the same in every process. It need not be cryptographic, because
// an attacker gains nothing by finding two passwords with one hash.
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
