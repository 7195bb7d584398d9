package memstore

import (
	"cmp"
	"strings"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// place is where a user stands in an order, a storage.Position.
type place struct {
	key string
	id  user.ID
}

func (a place) compare(b place) int {
	if c := strings.Compare(a.key, b.key); c != 0 {
		return c
	}
	return cmp.Compare(a.id, b.id)
}

// keptOrder is an order that the store keeps. Every user stands in it, deleted ones too.
type keptOrder struct {
	order storage.Order
	text  func(*user.User) string // what the order's key is made from
	tree  func(*state) *tree[place]
}

var keptOrders = [...]keptOrder{
	{
		storage.ByLogin,
		func(u *user.User) string { return u.Identity.Login },
		func(s *state) *tree[place] { return &s.logins },
	},
	{
		storage.ByDisplayName,
		func(u *user.User) string { return u.Names.Display },
		func(s *state) *tree[place] { return &s.displays },
	},
}

// changeOrders moves a user to where he stands now. old is nil for a new one.
func (s *state) changeOrders(old, u *user.User, edit uint64) {
	for _, o := range keptOrders {
		t := o.tree(s)
		if old != nil {
			if o.text(old) == o.text(u) {
				continue
			}
			t.remove(place{o.order.Key(*old), old.ID}, edit)
		}
		t.put(place{o.order.Key(*u), u.ID}, edit)
	}
}

// orderTree returns the tree of an order, nil for the order by id, which is that of the pages.
func (s *state) orderTree(o storage.Order) *tree[place] {
	for _, kept := range keptOrders {
		if kept.order == o {
			return kept.tree(s)
		}
	}
	return nil
}
