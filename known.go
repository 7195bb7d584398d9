package roster

import (
	"context"
	"math"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// refWindow is what a transaction has read of one kind of reference data: every piece with an id
// from from to to, and those read before. Rules ask for ids one by one, and many users of one call
// carry the same ones, so that one read answers for most of them.
type refWindow struct {
	from, to int64
	pieces   map[int64]user.Ref
	any      bool // the account has some of the kind
}

// firstPieces is how many pieces the first read takes. Most accounts have no more of a kind.
const firstPieces = 32

// ref returns a piece of reference data for a rule. known reports whether the account has it, any
// whether the account has pieces of its kind. If the storage fails, ref reports false twice and
// sets s.unread, which the caller of the rule must return instead of the rule's own error.
func (s *scene) ref(ctx context.Context, k user.RefKind, id int64) (ref user.Ref, known, any bool) {
	w := s.refs[k]
	if w == nil {
		w = &refWindow{pieces: make(map[int64]user.Ref)}
		if s.refs == nil {
			s.refs = make(map[user.RefKind]*refWindow)
		}
		s.refs[k] = w
		if !s.readRefs(ctx, w, k, 0, firstPieces) {
			return user.Ref{}, false, false
		}
		w.any = len(w.pieces) > 0
	}
	if ref, known = w.pieces[id]; known {
		return ref, true, true
	}
	if id <= 0 || id >= w.from && id <= w.to {
		return user.Ref{}, false, w.any
	}
	if !s.readRefs(ctx, w, k, id-1, storage.MaxPage) {
		return user.Ref{}, false, false
	}
	ref, known = w.pieces[id]
	return ref, known, w.any
}

// readRefs reads a window behind an id. It reports false if the storage failed.
func (s *scene) readRefs(ctx context.Context, w *refWindow, k user.RefKind, after int64, limit int) bool {
	list, err := s.Refs(ctx, k, after, limit)
	if err != nil {
		s.unread = firstOf(s.unread, err)
		return false
	}
	w.from, w.to = after+1, math.MaxInt64
	if len(list) == limit {
		w.to = list[limit-1].ID
	}
	for _, ref := range list {
		w.pieces[ref.ID] = ref
	}
	return true
}

// profile returns what a profile of the account gives, and whether there is such a profile.
func (s *scene) profile(ctx context.Context, id user.ProfileID) (user.Profile, bool) {
	ref, known, _ := s.ref(ctx, user.RefProfile, int64(id))
	return ref.Profile, known
}

// hasReference is user.Facts.Reference.
func (s *scene) hasReference(ctx context.Context, k user.RefKind, id int64) (known, any bool) {
	_, known, any = s.ref(ctx, k, id)
	return known, any
}
