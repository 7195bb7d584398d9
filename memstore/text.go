package memstore

import (
	"bytes"
	"math/bits"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

const (
	// fieldEnd ends each field of a record. No folded text has this byte: folding leaves valid UTF-8.
	fieldEnd = 0xFF

	// signatureBits is the size of a signature. A page of 64 users has about 2,500 different triples, so that a
	// triple that it lacks seems there in one case of four, and a part of eight bytes in one of four thousand.
	signatureBits = 8192
	// signedLength is the least text of a page that has a signature: below, reading the text is as fast.
	signedLength = 1024
	// staleRecords is how many records may be replaced before the signature is made anew. Until then it also has
	// triples that are gone, which costs time and is never wrong.
	staleRecords = 32
)

// pageText is what part-of-name searches read: the folded texts of a page's users. It is never changed after it was
// made.
type pageText struct {
	// all holds the records of the users one after the other. A record has the fields of storage.SearchedTexts in
	// their order, each ended by fieldEnd, empty ones at the end left out: login, display name, others.
	//
	// The last record is often added without a copy of the others, behind what earlier texts count: as with a log, no
	// reader looks there, and only the one writer of the account writes.
	all    []byte
	starts [fan + 1]uint32 // where each user's record starts; the record of a user who is not there is empty
	stale  int             // records replaced since the signature was made
}

type signature [signatureBits / 64]uint64

// textRecord returns the record of a user.
func textRecord(u *user.User) string {
	texts := storage.SearchedTexts(*u)
	n, used := 0, 0
	for i, text := range texts {
		if text != "" {
			texts[i] = validate.Fold(text)
			n, used = n+len(texts[i]), i+1
		}
	}
	var b strings.Builder
	b.Grow(n + used)
	for _, text := range texts[:used] {
		b.WriteString(text)
		b.WriteByte(fieldEnd)
	}
	return b.String()
}

// sameText reports whether a and b have the same record for certain, without making it.
func sameText(a, b *user.User) bool {
	return a.Names == b.Names && a.Identity.Login == b.Identity.Login && a.Contact.Email == b.Contact.Email &&
		a.Contact.Phone == b.Contact.Phone && a.Contact.Mobile == b.Contact.Mobile
}

// with returns the text with the record of one user replaced, and the signature to it. t and signed may be nil.
func (t *pageText) with(slot int, record string, signed *signature) (*pageText, *signature) {
	if t == nil {
		t = &pageText{}
	}
	from, to := t.starts[slot], t.starts[slot+1]
	c := &pageText{starts: t.starts, stale: t.stale}
	if int(from) == len(t.all) {
		c.all = append(t.all, record...)
	} else {
		c.all = slices.Concat(t.all[:from], []byte(record), t.all[to:])
	}
	for i := slot + 1; i <= fan; i++ {
		c.starts[i] += uint32(len(record)) - (to - from)
	}
	if to > from {
		c.stale++
	}
	if len(c.all) < signedLength {
		return c, nil
	}
	s := &signature{}
	if signed == nil || c.stale > staleRecords {
		c.stale = 0
		addTriples(s, c.all)
	} else {
		*s = *signed
		addTriples(s, record)
	}
	return c, s
}

func addTriples[T string | []byte](s *signature, text T) {
	for i := 0; i+3 <= len(text); i++ {
		h := triple(text[i:])
		s[h/64] |= 1 << (h % 64)
	}
}

// mayHave reports false if the part with these triples is nowhere in the text for certain.
func (s *signature) mayHave(triples []uint32) bool {
	if s == nil {
		return true
	}
	for _, h := range triples {
		if s[h/64]&(1<<(h%64)) == 0 {
			return false
		}
	}
	return true
}

// triple returns the place in a signature of the three bytes that text begins with.
func triple[T string | []byte](text T) uint32 {
	v := uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16
	return v * 0x9E3779B1 >> (32 - 13) // the golden ratio spreads neighbours; 13 bits are a place
}

// triplesOf returns the places of every three bytes of text that stand together.
func triplesOf(text []byte) []uint32 {
	var list []uint32
	for i := 0; i+3 <= len(text); i++ {
		list = append(list, triple(text[i:]))
	}
	return list
}

// field is where in a record a part is looked for.
type field int

const (
	loginField   field = iota // the first
	displayField              // the second
	anyField
)

// find returns those of the wanted users who have the folded part in the field. part is not empty and has no
// fieldEnd.
func (t *pageText) find(part []byte, in field, wanted uint64) uint64 {
	if t == nil {
		return 0
	}
	var found uint64
	if bits.OnesCount64(wanted) <= fan/8 {
		for rest := wanted; rest != 0; {
			var slot int
			slot, rest = lowest(rest)
			if low, high := t.bounds(slot, in); bytes.Contains(t.all[low:high], part) {
				found |= 1 << slot
			}
		}
		return found
	}
	slot := 0
	for at := 0; at < len(t.all); {
		hit := bytes.Index(t.all[at:], part)
		if hit < 0 {
			break
		}
		at += hit
		for int(t.starts[slot+1]) <= at {
			slot++
		}
		low, high := t.bounds(slot, in)
		switch {
		case at < low:
			at = low
		case at+len(part) <= high:
			found |= 1 << slot
			fallthrough
		default:
			at = int(t.starts[slot+1])
		}
	}
	return found & wanted
}

// bounds returns where the field of a user stands in the text.
func (t *pageText) bounds(slot int, in field) (low, high int) {
	low, high = int(t.starts[slot]), int(t.starts[slot+1])
	if in == anyField {
		return low, high
	}
	for ; in > 0; in-- {
		if end := bytes.IndexByte(t.all[low:high], fieldEnd); end >= 0 {
			low += end + 1
		} else {
			low = high
		}
	}
	if end := bytes.IndexByte(t.all[low:high], fieldEnd); end >= 0 {
		high = low + end
	}
	return low, high
}
