package roster

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// referenceWindow is a part of the reference data of one kind that a transaction has read: every
// piece with an id from from to to. A rule asks for ids one by one, and the users of one call
// often have the same ids, so one read serves most of them.
type referenceWindow struct {
	kind     user.ReferenceKind
	from, to int64
	pieces   []user.Reference // in ascending order of id
}

// firstPieces is how many pieces the first read of a kind takes. Most accounts have no more.
const firstPieces = 32

// cachedReference returns the reference data of the kind k with the given id. It reads the storage
// unless the transaction has the data already. The result known reports whether the account has the
// data with this id. The result any reports whether it has at least one piece of data of the kind.
// An id of 0 or less is never known. If the storage fails, both are false, and the caller must
// return s.unread instead of the error of a rule.
func (s *readTx) cachedReference(ctx context.Context, k user.ReferenceKind, id int64) (ref user.Reference, known, any bool) {
	ofKind := func(w referenceWindow) bool { return w.kind == k }
	first := slices.IndexFunc(s.refs, ofKind)
	if first < 0 {
		first = len(s.refs)
		if !s.readReferences(ctx, k, 0, firstPieces) {
			return user.Reference{}, false, false
		}
	}
	any = len(s.refs[first].pieces) > 0
	if id <= 0 {
		return user.Reference{}, false, any
	}
	around := func(w referenceWindow) bool { return w.kind == k && w.from <= id && id <= w.to }
	i := slices.IndexFunc(s.refs, around)
	if i < 0 {
		i = len(s.refs)
		if !s.readReferences(ctx, k, id-1, storage.MaxPage) {
			return user.Reference{}, false, false
		}
	}
	pieces := s.refs[i].pieces
	at, known := slices.BinarySearchFunc(pieces, id, func(r user.Reference, id int64) int { return cmp.Compare(r.ID, id) })
	if !known {
		return user.Reference{}, false, any
	}
	return pieces[at], true, true
}

// readReferences reads up to limit pieces of the kind k whose ids are greater than the parameter
// after. It appends one window to s.refs: the pieces and the range of ids that they cover. The
// range ends at the last id read, or at the greatest possible id if there are no more. If the
// storage fails, it sets s.unread and returns false.
func (s *readTx) readReferences(ctx context.Context, k user.ReferenceKind, after int64, limit int) bool {
	list, err := s.References(ctx, k, after, limit)
	if err != nil {
		s.unread = firstOf(s.unread, err)
		return false
	}
	w := referenceWindow{kind: k, from: after + 1, to: math.MaxInt64, pieces: list}
	if len(list) == limit {
		w.to = list[limit-1].ID
	}
	s.refs = append(s.refs, w)
	return true
}

// profile returns the profile with the id, and whether the account has it.
func (s *readTx) profile(ctx context.Context, id user.ProfileID) (user.Profile, bool) {
	ref, known, _ := s.cachedReference(ctx, user.ReferenceProfile, int64(id))
	return ref.Profile, known
}

// hasReference implements user.Facts.Reference.
func (s *readTx) hasReference(ctx context.Context, k user.ReferenceKind, id int64) (known, any bool) {
	_, known, any = s.cachedReference(ctx, k, id)
	return known, any
}
