package password

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
)

// The bounds of ReadBlocklist. At most 80 MB of memory holds the largest list; published ones of
// the passwords seen most often have between a thousand and a million lines.
const (
	MaxBlocklistEntries = 10_000_000
	MaxBlocklistLine    = MaxBytes // bytes without the line's end
)

var (
	// ErrLineTooLong is returned by ReadBlocklist for a line of more than MaxBlocklistLine bytes.
	ErrLineTooLong = errors.New("line too long")
	// ErrTooManyLines is returned by ReadBlocklist for more than MaxBlocklistEntries lines that
	// are not empty.
	ErrTooManyLines = errors.New("too many lines")
)

// BlocklistError says where reading a blocklist stopped. It does not hold the line.
type BlocklistError struct {
	Line int // from 1
	Err  error
}

// Error says the line and what was wrong.
func (e *BlocklistError) Error() string {
	return fmt.Sprintf("password: blocklist line %d: %v", e.Line, e.Err)
}

// Unwrap returns ErrLineTooLong, ErrTooManyLines or the reader's error.
func (e *BlocklistError) Unwrap() error { return e.Err }

// Blocklist is a set of passwords that are refused because everybody tries them first. A nil
// Blocklist is empty. It does not change once made, and can be shared.
//
// It keeps eight bytes for each password, a hash, and not the passwords. Two passwords can share
// one: with ten million entries, a password that is not on the list is refused once in about
// 2·10¹² cases, which harms nobody.
type Blocklist struct {
	hashes []uint64 // ascending, each once
}

// NewBlocklist makes a Blocklist of the given passwords. Empty ones are left out.
func NewBlocklist(passwords ...string) *Blocklist {
	hashes := make([]uint64, 0, len(passwords))
	for _, p := range passwords {
		if p != "" {
			hashes = append(hashes, foldedHash(p))
		}
	}
	return sorted(hashes)
}

// ReadBlocklist reads a list with one password on each line, as such lists are published: in UTF-8
// (a byte order mark at the start is skipped), with LF or CRLF, empty lines ignored. There are no
// comments and nothing is trimmed, since a password may begin with any character. Case does not
// matter, see Has.
//
// It returns a *BlocklistError with the line's number that wraps ErrLineTooLong, ErrTooManyLines
// or r's error.
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

// Len returns the number of different passwords.
func (b *Blocklist) Len() int {
	if b == nil {
		return 0
	}
	return len(b.hashes)
}

// Has reports whether the list holds plain, case and compatibility forms (full-width letters and
// the like) folded.
func (b *Blocklist) Has(plain string) bool {
	if b.Len() == 0 {
		return false
	}
	_, found := slices.BinarySearch(b.hashes, foldedHash(plain))
	return found
}

// foldedHash is 64-bit FNV-1a over the folded text: the same in every process, so that a list
// means the same everywhere. Nobody gains by finding two passwords with one hash, so it need not
// be a cryptographic one.
func foldedHash(s string) uint64 {
	var room [128]byte
	h := uint64(14695981039346656037)
	for _, c := range appendFold(room[:0], s) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}
