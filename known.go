package roster

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// refWindow is what a transaction has read of one kind of reference data: every piece with an id
// from from to to. Rules ask for ids one by one, and the users of one call often carry the same
// ones, so that one read answers for most of them.
type referenceWindow struct {
	kind     user.ReferenceKind
	from, to int64
	pieces   []user.Reference // ascending by id
}

// firstPieces is how many pieces the first read of a kind takes. Most accounts have no more.
const firstPieces = 32

// ref returns a piece of reference data for a rule. known reports whether the account has it, any
// whether the account has pieces of its kind. If the storage fails, ref reports false twice and
// sets s.unread, which the caller of the rule must return instead of the rule's own error.
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

// readRefs reads a window behind an id. It reports false if the storage failed.
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

// profile returns what a profile of the account gives, and whether there is such a profile.
func (s *readTx) profile(ctx context.Context, id user.ProfileID) (user.Profile, bool) {
	ref, known, _ := s.cachedReference(ctx, user.ReferenceProfile, int64(id))
	return ref.Profile, known
}

// hasReference is user.Facts.Reference.
func (s *readTx) hasReference(ctx context.Context, k user.ReferenceKind, id int64) (known, any bool) {
	_, known, any = s.cachedReference(ctx, k, id)
	return known, any
}
