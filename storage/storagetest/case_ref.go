package storagetest

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func referenceCases() []Case {
	return []Case{
		{"Reference/RoundTrip", "reference data of every kind comes back as it was put, by id and by name; kinds are apart",
			testReferenceRoundTrip},
		{"Reference/Unique", "PutReference returns an *ExistsError if another one of its kind has its name, compared by bytes",
			testReferenceUnique},
		{"Reference/Freed", "a name is free as soon as what had it was renamed or deleted", testReferenceFreed},
		{"Reference/Invalid", "PutReference returns ErrInvalid if kind or id is not valid", testReferenceInvalid},
		{"Reference/Deleted", "DeleteReference removes a piece of reference data; ErrNotFound if it is not there", testReferenceDeleted},
		{"Reference/Listing", "Refs lists one kind in ascending order of id, greater than after, at most limit", testReferenceListing},
	}
}

func (x tx) ref(k user.ReferenceKind, id int64, want user.Reference) {
	x.Helper()
	got, err := x.r.Reference(x.ctx, k, id)
	x.ok(err, "Reference")
	x.same(got, want, "Reference")
}

func (x tx) referenceByName(k user.ReferenceKind, name string, want user.Reference) {
	x.Helper()
	got, err := x.r.ReferenceByName(x.ctx, k, name)
	x.ok(err, "ReferenceByName")
	x.same(got, want, "ReferenceByName")
}

func (x tx) noReference(k user.ReferenceKind, id int64, name string) {
	x.Helper()
	_, err := x.r.Reference(x.ctx, k, id)
	x.is(err, storage.ErrNotFound, fmt.Sprintf("Ref of %s %d", k, id))
	_, err = x.r.ReferenceByName(x.ctx, k, name)
	x.is(err, storage.ErrNotFound, fmt.Sprintf("ReferenceByName of %s %.40q", k, name))
}

func testReferenceRoundTrip(t testing.TB, open Open) {
	h := start(t, open)
	var want []user.Reference
	for _, k := range referenceKinds() {
		full := filled[user.Reference](int(k))
		full.Kind, full.ID, full.Name = k, 1, "same name"
		want = append(want, full, user.Reference{Kind: k, ID: 2, Name: "bare"}, user.Reference{Kind: k, ID: 10 + int64(k), Name: k.String()})
	}
	h.update(acme, func(x tx) {
		for _, r := range want {
			x.putReference(r)
		}
	})
	h.both(acme, func(x tx) {
		for _, r := range want {
			x.ref(r.Kind, r.ID, r)
			x.referenceByName(r.Kind, r.Name, r)
		}
		for _, k := range referenceKinds() {
			x.noReference(k, 9, "same")
			x.noReference(k, 0, "")
			x.noReference(k, -1, "same name ")
			x.noReference(k, math.MaxInt64, (k%9 + 1).String())
		}
		x.noReference(0, 1, "same name")
		x.noReference(200, 1, "same name")
	})
	full := want[0]
	full.Description, full.Properties = "", user.List[user.Property]{}
	h.update(acme, func(x tx) { x.putReference(full); x.ref(full.Kind, full.ID, full) })
	h.view(acme, func(x tx) { x.referenceByName(full.Kind, full.Name, full) })
}

func testReferenceUnique(t testing.TB, open Open) {
	h := start(t, open)
	h.update(acme, func(x tx) {
		x.putReference(ref(user.ReferenceSkill, 7, "name"))
		x.putReference(ref(user.ReferenceSkill, 8, "other"))
		x.putReference(ref(user.ReferenceView, 9, "name"))
	})
	for _, id := range []int64{8, 9} {
		_, err := h.attempt(acme, func(x tx) error { return x.w.PutReference(x.ctx, ref(user.ReferenceSkill, id, "name")) })
		h.exists(err, "name", 7, fmt.Sprintf("PutReference of skill %d with a name that is taken", id))
	}
	_, err := h.attempt(acme, func(x tx) error {
		x.putReference(ref(user.ReferenceSkill, 10, "new"))
		return x.w.PutReference(x.ctx, ref(user.ReferenceSkill, 11, "new"))
	})
	h.exists(err, "name", 10, "PutReference with a name taken in the transaction")
	distinct := []string{
		"Name", "NAME", "name ", " name", "name\x01", "name\x01a", "name\x01b", "n_me", "n%me",
		"é", "e\u0301", "ß", "ss", "İ", "i", "ı", "\ufffe", "\U0010ffff",
		"\ufffd", "'", "''", `\`, `\\`,
	}
	h.update(acme, func(x tx) {
		for i, name := range distinct {
			x.putReference(ref(user.ReferenceSkill, 100+int64(i), name))
		}
	})
	h.both(acme, func(x tx) {
		for i, name := range distinct {
			x.referenceByName(user.ReferenceSkill, name, ref(user.ReferenceSkill, 100+int64(i), name))
		}
	})
}

func testReferenceFreed(t testing.TB, open Open) {
	h := start(t, open)
	h.update(acme, func(x tx) { x.putReference(ref(user.ReferenceGroup, 1, "name")) })
	h.update(acme, func(x tx) {
		x.putReference(ref(user.ReferenceGroup, 1, "renamed"))
		x.putReference(ref(user.ReferenceGroup, 2, "name"))
	})
	h.both(acme, func(x tx) {
		x.referenceByName(user.ReferenceGroup, "renamed", ref(user.ReferenceGroup, 1, "renamed"))
		x.referenceByName(user.ReferenceGroup, "name", ref(user.ReferenceGroup, 2, "name"))
	})
	h.update(acme, func(x tx) {
		x.ok(x.w.DeleteReference(x.ctx, user.ReferenceGroup, 2), "DeleteReference")
		x.putReference(ref(user.ReferenceGroup, 3, "name"))
	})
	h.both(acme, func(x tx) { x.referenceByName(user.ReferenceGroup, "name", ref(user.ReferenceGroup, 3, "name")) })
}

func testReferenceInvalid(t testing.TB, open Open) {
	h := start(t, open)
	for _, r := range []user.Reference{
		{Kind: 0, ID: 1}, {Kind: user.ReferenceView + 1, ID: 1}, {Kind: 255, ID: 1}, {Kind: user.ReferenceView, ID: 0}, {Kind: user.ReferenceView, ID: -1},
		{Kind: user.ReferenceView, ID: math.MinInt64},
	} {
		_, err := h.attempt(acme, func(x tx) error { return x.w.PutReference(x.ctx, r) })
		h.is(err, storage.ErrInvalid, fmt.Sprintf("PutReference of %s %d", r.Kind, r.ID))
	}
	testNothing(h)
}

func testReferenceDeleted(t testing.TB, open Open) {
	h := start(t, open)
	h.update(acme, func(x tx) {
		x.putReference(ref(user.ReferenceView, 1, "one"))
		x.putReference(ref(user.ReferenceView, 2, "two"))
		x.putReference(ref(user.ReferenceSkill, 1, "one"))
	})
	h.update(acme, func(x tx) {
		x.ok(x.w.DeleteReference(x.ctx, user.ReferenceView, 1), "DeleteReference")
		x.noReference(user.ReferenceView, 1, "one")
		x.is(x.w.DeleteReference(x.ctx, user.ReferenceView, 1), storage.ErrNotFound, "the second DeleteReference")
	})
	h.both(acme, func(x tx) {
		x.noReference(user.ReferenceView, 1, "one")
		x.ref(user.ReferenceView, 2, ref(user.ReferenceView, 2, "two"))
		x.ref(user.ReferenceSkill, 1, ref(user.ReferenceSkill, 1, "one"))
	})
	for _, id := range []int64{0, -1, 1, 3} {
		_, err := h.attempt(acme, func(x tx) error { return x.w.DeleteReference(x.ctx, user.ReferenceView, id) })
		h.is(err, storage.ErrNotFound, fmt.Sprintf("DeleteReference of view %d", id))
	}
}

func testReferenceListing(t testing.TB, open Open) {
	h := start(t, open)
	var want []user.Reference
	for i, id := range extremes {
		want = append(want, ref(user.ReferenceQueue, id, fmt.Sprint("queue ", 99-i)))
	}
	h.update(acme, func(x tx) {
		for _, r := range slices.Backward(want) {
			x.putReference(r)
			x.putReference(ref(user.ReferenceDevice, r.ID, r.Name))
		}
	})
	h.both(acme, func(x tx) {
		list := func(after int64, limit int, want []user.Reference) {
			x.Helper()
			got, err := x.r.References(x.ctx, user.ReferenceQueue, after, limit)
			x.ok(err, "References")
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
		none, err := x.r.References(x.ctx, user.ReferenceCampaign, 0, 0)
		x.ok(err, "References")
		x.same(none, []user.Reference{}, "Refs of a kind that there is nothing of")
	})
}
