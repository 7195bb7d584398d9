package storagetest

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func refCases() []Case {
	return []Case{
		{"Ref/RoundTrip", "reference data of every kind comes back as it was put, by id and by name; kinds are apart",
			testRefRoundTrip},
		{"Ref/Unique", "PutRef returns an *ExistsError if another one of its kind has its name, compared by bytes",
			testRefUnique},
		{"Ref/Freed", "a name is free as soon as what had it was renamed or deleted", testRefFreed},
		{"Ref/Invalid", "PutRef returns ErrInvalid if kind or id is not valid", testRefInvalid},
		{"Ref/Deleted", "DeleteRef removes a piece of reference data; ErrNotFound if it is not there", testRefDeleted},
		{"Ref/Listing", "Refs lists one kind in ascending order of id, greater than after, at most limit", testRefListing},
	}
}

func (x tx) ref(k user.RefKind, id int64, want user.Ref) {
	x.Helper()
	got, err := x.r.Ref(x.ctx, k, id)
	x.ok(err, "Ref")
	x.same(got, want, "Ref")
}

func (x tx) refByName(k user.RefKind, name string, want user.Ref) {
	x.Helper()
	got, err := x.r.RefByName(x.ctx, k, name)
	x.ok(err, "RefByName")
	x.same(got, want, "RefByName")
}

func (x tx) noRef(k user.RefKind, id int64, name string) {
	x.Helper()
	_, err := x.r.Ref(x.ctx, k, id)
	x.is(err, storage.ErrNotFound, fmt.Sprintf("Ref of %s %d", k, id))
	_, err = x.r.RefByName(x.ctx, k, name)
	x.is(err, storage.ErrNotFound, fmt.Sprintf("RefByName of %s %.40q", k, name))
}

func testRefRoundTrip(t testing.TB, open Open) {
	h := start(t, open)
	var want []user.Ref
	for _, k := range refKinds() {
		full := filled[user.Ref](int(k))
		full.Kind, full.ID, full.Name = k, 1, "same name"
		want = append(want, full, user.Ref{Kind: k, ID: 2, Name: "bare"}, user.Ref{Kind: k, ID: 10 + int64(k), Name: k.String()})
	}
	h.update(acme, func(x tx) {
		for _, r := range want {
			x.putRef(r)
		}
	})
	h.both(acme, func(x tx) {
		for _, r := range want {
			x.ref(r.Kind, r.ID, r)
			x.refByName(r.Kind, r.Name, r)
		}
		for _, k := range refKinds() {
			x.noRef(k, 9, "same")
			x.noRef(k, 0, "")
			x.noRef(k, -1, "same name ")
			x.noRef(k, math.MaxInt64, (k%9 + 1).String())
		}
		x.noRef(0, 1, "same name")
		x.noRef(200, 1, "same name")
	})
	full := want[0]
	full.Description, full.Properties = "", user.List[user.Property]{}
	h.update(acme, func(x tx) { x.putRef(full); x.ref(full.Kind, full.ID, full) })
	h.view(acme, func(x tx) { x.refByName(full.Kind, full.Name, full) })
}

func testRefUnique(t testing.TB, open Open) {
	h := start(t, open)
	h.update(acme, func(x tx) {
		x.putRef(ref(user.RefSkill, 7, "name"))
		x.putRef(ref(user.RefSkill, 8, "other"))
		x.putRef(ref(user.RefView, 9, "name"))
	})
	for _, id := range []int64{8, 9} {
		_, err := h.attempt(acme, func(x tx) error { return x.w.PutRef(x.ctx, ref(user.RefSkill, id, "name")) })
		h.exists(err, "name", 7, fmt.Sprintf("PutRef of skill %d with a name that is taken", id))
	}
	_, err := h.attempt(acme, func(x tx) error {
		x.putRef(ref(user.RefSkill, 10, "new"))
		return x.w.PutRef(x.ctx, ref(user.RefSkill, 11, "new"))
	})
	h.exists(err, "name", 10, "PutRef with a name taken in the transaction")
	distinct := []string{
		"Name", "NAME", "name ", " name", "name\x01", "name\x01a", "name\x01b", "n_me", "n%me",
		"é", "e\u0301", "ß", "ss", "İ", "i", "ı", "\ufffe", "\U0010ffff",
		"\ufffd", "'", "''", `\`, `\\`,
	}
	h.update(acme, func(x tx) {
		for i, name := range distinct {
			x.putRef(ref(user.RefSkill, 100+int64(i), name))
		}
	})
	h.both(acme, func(x tx) {
		for i, name := range distinct {
			x.refByName(user.RefSkill, name, ref(user.RefSkill, 100+int64(i), name))
		}
	})
}

func testRefFreed(t testing.TB, open Open) {
	h := start(t, open)
	h.update(acme, func(x tx) { x.putRef(ref(user.RefGroup, 1, "name")) })
	h.update(acme, func(x tx) {
		x.putRef(ref(user.RefGroup, 1, "renamed"))
		x.putRef(ref(user.RefGroup, 2, "name"))
	})
	h.both(acme, func(x tx) {
		x.refByName(user.RefGroup, "renamed", ref(user.RefGroup, 1, "renamed"))
		x.refByName(user.RefGroup, "name", ref(user.RefGroup, 2, "name"))
	})
	h.update(acme, func(x tx) {
		x.ok(x.w.DeleteRef(x.ctx, user.RefGroup, 2), "DeleteRef")
		x.putRef(ref(user.RefGroup, 3, "name"))
	})
	h.both(acme, func(x tx) { x.refByName(user.RefGroup, "name", ref(user.RefGroup, 3, "name")) })
}

func testRefInvalid(t testing.TB, open Open) {
	h := start(t, open)
	for _, r := range []user.Ref{
		{Kind: 0, ID: 1}, {Kind: user.RefView + 1, ID: 1}, {Kind: 255, ID: 1}, {Kind: user.RefView, ID: 0}, {Kind: user.RefView, ID: -1},
		{Kind: user.RefView, ID: math.MinInt64},
	} {
		_, err := h.attempt(acme, func(x tx) error { return x.w.PutRef(x.ctx, r) })
		h.is(err, storage.ErrInvalid, fmt.Sprintf("PutRef of %s %d", r.Kind, r.ID))
	}
	testNothing(h)
}

func testRefDeleted(t testing.TB, open Open) {
	h := start(t, open)
	h.update(acme, func(x tx) {
		x.putRef(ref(user.RefView, 1, "one"))
		x.putRef(ref(user.RefView, 2, "two"))
		x.putRef(ref(user.RefSkill, 1, "one"))
	})
	h.update(acme, func(x tx) {
		x.ok(x.w.DeleteRef(x.ctx, user.RefView, 1), "DeleteRef")
		x.noRef(user.RefView, 1, "one")
		x.is(x.w.DeleteRef(x.ctx, user.RefView, 1), storage.ErrNotFound, "the second DeleteRef")
	})
	h.both(acme, func(x tx) {
		x.noRef(user.RefView, 1, "one")
		x.ref(user.RefView, 2, ref(user.RefView, 2, "two"))
		x.ref(user.RefSkill, 1, ref(user.RefSkill, 1, "one"))
	})
	for _, id := range []int64{0, -1, 1, 3} {
		_, err := h.attempt(acme, func(x tx) error { return x.w.DeleteRef(x.ctx, user.RefView, id) })
		h.is(err, storage.ErrNotFound, fmt.Sprintf("DeleteRef of view %d", id))
	}
}

func testRefListing(t testing.TB, open Open) {
	h := start(t, open)
	var want []user.Ref
	for i, id := range extremes {
		want = append(want, ref(user.RefQueue, id, fmt.Sprint("queue ", 99-i)))
	}
	h.update(acme, func(x tx) {
		for _, r := range slices.Backward(want) {
			x.putRef(r)
			x.putRef(ref(user.RefDevice, r.ID, r.Name))
		}
	})
	h.both(acme, func(x tx) {
		list := func(after int64, limit int, want []user.Ref) {
			x.Helper()
			got, err := x.r.Refs(x.ctx, user.RefQueue, after, limit)
			x.ok(err, "Refs")
			x.same(got, want, fmt.Sprintf("Refs after %d, at most %d", after, limit))
		}
		list(0, 0, want)
		list(math.MinInt64, 0, want)
		list(0, 3, want[:3])
		for i, r := range want {
			list(r.ID, 0, want[i+1:])
			list(r.ID, 2, want[i+1:][:min(2, len(want)-i-1)])
		}
		list(100, 0, want[2:])
		none, err := x.r.Refs(x.ctx, user.RefCampaign, 0, 0)
		x.ok(err, "Refs")
		x.same(none, []user.Ref{}, "Refs of a kind that there is nothing of")
	})
}
