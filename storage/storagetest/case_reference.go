package storagetest

import (
	"fmt"
	"math"
	"slices"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var referenceRules = []rule{
	{"Reference/RoundTrip", "reference data of every kind comes back as it was put, by id and by name; kinds are apart",
		testReferenceRoundTrip},
	{"Reference/Unique", "PutReference returns an *ExistsError if another one of its kind has its name, compared by bytes, until " +
		"what had it was renamed or deleted", testReferenceUnique},
	{"Reference/Invalid", "PutReference returns ErrInvalid if kind or id is not valid", func(h *harness) {
		for _, r := range []user.Reference{
			{ID: 1}, {Kind: user.ReferenceView + 1, ID: 1}, {Kind: 255, ID: 1}, {Kind: user.ReferenceView},
			{Kind: user.ReferenceView, ID: -1}, {Kind: user.ReferenceView, ID: math.MinInt64},
		} {
			h.refused(storage.ErrInvalid, fmt.Sprintf("PutReference of %s %d", r.Kind, r.ID), func(x tx) error {
				return x.w.PutReference(x.ctx, r)
			})
		}
		h.nothing()
	}},
	{"Reference/Deleted", "DeleteReference removes a piece of reference data; ErrNotFound if it is not there", testReferenceDeleted},
	{"Reference/Listing", "References lists one kind in ascending order of id, greater than after, at most limit",
		testReferenceListing},
}

// has ends the test unless the storage returns each reference of list by id and by name.
func (x tx) has(list ...user.Reference) {
	x.Helper()
	for _, r := range list {
		x.gives(r, "Reference")(x.r.Reference(x.ctx, r.Kind, r.ID))
		x.gives(r, "ReferenceByName")(x.r.ReferenceByName(x.ctx, r.Kind, r.Name))
	}
}

func (x tx) noReference(k user.ReferenceKind, id int64, name string) {
	x.Helper()
	x.fails(storage.ErrNotFound, fmt.Sprintf("Reference of %s %d", k, id))(x.r.Reference(x.ctx, k, id))
	x.fails(storage.ErrNotFound, fmt.Sprintf("ReferenceByName of %s %.40q", k, name))(x.r.ReferenceByName(x.ctx, k, name))
}

func testReferenceRoundTrip(h *harness) {
	var want []user.Reference
	for _, k := range referenceKinds() {
		full := everyField[user.Reference](int(k))
		full.Kind, full.ID, full.Name = k, 1, "same name"
		want = append(want, full, user.Reference{Kind: k, ID: 2, Name: "bare"}, user.Reference{Kind: k, ID: 10 + int64(k), Name: k.String()})
	}
	for i, text := range hostile {
		want = append(want, ref(user.ReferenceDevice, 100+int64(i), text))
	}
	h.update(acme, func(x tx) { x.putReference(want...) })
	h.both(acme, func(x tx) {
		x.has(want...)
		for _, k := range referenceKinds() {
			x.noReference(k, 9, "same")
			x.noReference(k, 0, "no name")
			x.noReference(k, -1, "same name ")
			x.noReference(k, math.MaxInt64, (k%9 + 1).String())
		}
		x.noReference(0, 1, "same name")
		x.noReference(200, 1, "same name")
	})
	full := want[0]
	full.Description, full.Properties = "", user.List[user.Property]{}
	h.update(acme, func(x tx) { x.putReference(full); x.has(full) })
	h.view(acme, func(x tx) { x.has(full) })
}

func testReferenceUnique(h *harness) {
	skill := func(id int64, name string) user.Reference { return ref(user.ReferenceSkill, id, name) }
	h.update(acme, func(x tx) { x.putReference(skill(7, "name"), skill(8, "other"), ref(user.ReferenceView, 9, "name")) })
	for _, id := range []int64{8, 9} {
		_, err := h.attempt(acme, func(x tx) error { return x.w.PutReference(x.ctx, skill(id, "name")) })
		h.exists(err, "name", 7, fmt.Sprintf("PutReference of skill %d with a name that is taken", id))
	}
	_, err := h.attempt(acme, func(x tx) error {
		x.putReference(skill(10, "new"))
		return x.w.PutReference(x.ctx, skill(11, "new"))
	})
	h.exists(err, "name", 10, "PutReference with a name taken in the transaction")
	var distinct []user.Reference
	for i, name := range []string{
		"Name", "NAME", "name ", " name", "name\x01", "name\x01a", "name\x01b", "n_me", "n%me", "é", "e\u0301", "ß", "ss", "İ", "i",
		"ı", "\ufffe", "\U0010ffff", "\ufffd", "'", "''", `\`, `\\`,
	} {
		distinct = append(distinct, skill(100+int64(i), name))
	}
	h.update(acme, func(x tx) { x.putReference(distinct...) })
	h.both(acme, func(x tx) { x.has(distinct...) })
	h.update(acme, func(x tx) { x.putReference(skill(7, "renamed"), skill(10, "name")) })
	h.both(acme, func(x tx) { x.has(skill(7, "renamed"), skill(10, "name")) })
	h.update(acme, func(x tx) { x.deleteReference(user.ReferenceSkill, 10); x.putReference(skill(11, "name")) })
	h.both(acme, func(x tx) { x.has(skill(11, "name")) })
}

func testReferenceDeleted(h *harness) {
	kept := []user.Reference{ref(user.ReferenceView, 2, "two"), ref(user.ReferenceSkill, 1, "one")}
	h.update(acme, func(x tx) {
		x.putReference(ref(user.ReferenceView, 1, "one"))
		x.putReference(kept...)
	})
	h.update(acme, func(x tx) {
		x.deleteReference(user.ReferenceView, 1)
		x.noReference(user.ReferenceView, 1, "one")
		for _, id := range []int64{0, -1, 1, 3} {
			err := x.w.DeleteReference(x.ctx, user.ReferenceView, id)
			x.is(err, storage.ErrNotFound, fmt.Sprintf("DeleteReference of view %d", id))
		}
	})
	h.both(acme, func(x tx) {
		x.noReference(user.ReferenceView, 1, "one")
		x.has(kept...)
	})
	h.refused(storage.ErrNotFound, "DeleteReference of what was deleted", func(x tx) error {
		return x.w.DeleteReference(x.ctx, user.ReferenceView, 1)
	})
}

func testReferenceListing(h *harness) {
	var want []user.Reference
	places := []int64{0, math.MinInt64, 100}
	for i, id := range extremes {
		want = append(want, ref(user.ReferenceQueue, id, fmt.Sprint("queue ", 99-i)))
		places = append(places, id)
	}
	h.update(acme, func(x tx) {
		for _, r := range slices.Backward(want) {
			x.putReference(r, ref(user.ReferenceDevice, r.ID, r.Name))
		}
	})
	h.both(acme, func(x tx) {
		behind := func(after int64, r user.Reference) bool { return r.ID > after }
		pages(x.harness, "References", want, places, behind, func(after int64, limit int) ([]user.Reference, error) {
			return x.r.References(x.ctx, user.ReferenceQueue, after, limit)
		})
		x.gives([]user.Reference{}, "References of a kind that there is nothing of")(x.r.References(x.ctx, user.ReferenceCampaign, 0, 0))
	})
}
