package index

import (
	"bytes"
	"math/bits"
	"strings"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

const (
	// fieldEnd is the byte that ends each field of a record. No folded text contains it, because
	// folding returns valid UTF-8.
	fieldEnd = 0xFF

	// signatureBits is the number of bits of a signature. A page of 64 users has about 2,500
	// different three-byte sequences. So a sequence that the page lacks seems present in one case
	// of four, and a part of eight bytes in one of four thousand.
	signatureBits = 8192
	// signedLength is the length from which a text has a signature. Reading a shorter text takes no
	// longer than reading a signature.
	signedLength = 1024
	// staleRecords is the number of records that may be replaced before the signature is computed
	// again. Until then the signature also has sequences that no longer occur. That costs time, but
	// gives no wrong result.
	staleRecords = 32
)

// record is the searched text of one user.
type record struct {
	slot int
	text string
}

type records []record

// pageText has the records of the users of a page, one behind the other. A record has the folded
// fields of storage.SearchedTexts in their order. Each field ends with fieldEnd, and empty fields
// at the end are left out.
type pageText struct {
	all       []byte
	starts    [pageSize + 1]uint32 // where each record starts; that of a user who does not exist is empty
	stale     int                  // records replaced since the signature was made
	signature *signature           // nil: the text is short
}

type signature [signatureBits / 64]uint64

// textOf returns the searchable text of the user u: the folded fields of storage.SearchedTexts in
// their order, with the byte fieldEnd after each field. Empty fields at the end are left out.
func textOf(u *user.User) string {
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

// sameText reports whether a and b certainly have the same searched text. It compares the
// attributes that the text is made from.
func sameText(a, b *user.User) bool {
	return a.Names == b.Names && a.Identity.Login == b.Identity.Login && a.Contact.Email == b.Contact.Email &&
		a.Contact.Phone == b.Contact.Phone && a.Contact.Mobile == b.Contact.Mobile
}

// with returns a copy of t, the text of a page, in which each record in list replaces the record of
// the same user or is added. list may contain each user only once. with does not change t. A nil t
// is an empty text.
//
// A copy of at least signedLength bytes has a signature: a set of three-byte sequences, with at
// least those of the text. A shorter copy has none. Usually with adds the sequences of the new
// records to a copy of the signature of t. It computes the signature from the whole text in two
// cases:
//
//   - t has no signature.
//   - More than staleRecords records have been replaced since the signature was computed.
func (t *pageText) with(list records) *pageText {
	if t == nil {
		t = &pageText{}
	}
	var replaced [pageSize]*record
	size := len(t.all)
	for i := range list {
		replaced[list[i].slot] = &list[i]
		size += len(list[i].text)
	}
	c := &pageText{all: make([]byte, 0, size), stale: t.stale}
	for slot, r := range replaced {
		old := t.all[t.starts[slot]:t.starts[slot+1]]
		switch {
		case r == nil:
			c.all = append(c.all, old...)
		default:
			c.all = append(c.all, r.text...)
			if len(old) > 0 {
				c.stale++
			}
		}
		c.starts[slot+1] = uint32(len(c.all))
	}
	switch {
	case len(c.all) < signedLength:
	case t.signature == nil || c.stale > staleRecords:
		c.signature, c.stale = &signature{}, 0
		addTriples(c.signature, c.all)
	default:
		s := *t.signature
		c.signature = &s
		for _, r := range list {
			addTriples(c.signature, r.text)
		}
	}
	return c
}

func addTriples[T string | []byte](s *signature, text T) {
	for i := 0; i+3 <= len(text); i++ {
		h := triple(text[i:])
		s[h/64] |= 1 << (h % 64)
	}
}

// triple returns the bit of a signature for the first three bytes of text. The multiplication by
// the golden ratio spreads similar sequences, and 13 bits of the product are the result.
func triple[T string | []byte](text T) uint32 {
	v := uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16
	return v * 0x9E3779B1 >> (32 - 13)
}

// part is a folded part of a name to search for.
type part struct {
	text    []byte
	triples []uint32 // the places of every three bytes of it
	in      field
}

// field is the field of a record that a part is searched in.
type field int

const (
	loginField   field = iota // the first
	displayField              // the second
	anyField
)

func newPart(folded string, in field) part {
	p := part{text: []byte(folded), in: in}
	for i := 0; i+3 <= len(folded); i++ {
		p.triples = append(p.triples, triple(folded[i:]))
	}
	return p
}

// mayBeIn reports whether a text with the signature s may contain the part p. A signature says
// which sequences of three bytes a text may have. If mayBeIn returns false, the text certainly does
// not contain the part. If it returns true, the caller must search the text. It always returns true
// if s is nil.
func (p *part) mayBeIn(s *signature) bool {
	if s == nil {
		return true
	}
	for _, h := range p.triples {
		if s[h/64]&(1<<(h%64)) == 0 {
			return false
		}
	}
	return true
}

// find returns the users in wanted whose texts contain the part p in the field p.in. The numbers
// wanted and found are sets of users: each bit is one user, and the position of the bit is the
// user's index in the page. The part must not be empty and must not contain fieldEnd.
func (t *pageText) find(p *part, wanted uint64) (found uint64) {
	if bits.OnesCount64(wanted) <= pageSize/8 {
		for rest := wanted; rest != 0; {
			var slot int
			slot, rest = lowest(rest)
			if low, high := t.bounds(slot, p.in); bytes.Contains(t.all[low:high], p.text) {
				found |= 1 << slot
			}
		}
		return found
	}
	slot := 0
	for at := 0; at < len(t.all); {
		hit := bytes.Index(t.all[at:], p.text)
		if hit < 0 {
			break
		}
		at += hit
		for int(t.starts[slot+1]) <= at {
			slot++
		}
		low, high := t.bounds(slot, p.in)
		switch {
		case at < low:
			at = low
		case at+len(p.text) <= high:
			found |= 1 << slot
			fallthrough
		default:
			at = int(t.starts[slot+1])
		}
	}
	return found & wanted
}

// bounds returns the indexes in t.all at which a field of the user at slot begins and ends. For
// anyField it returns the bounds of all fields of the user. If the user's record does not contain
// the field, low and high are equal.
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
