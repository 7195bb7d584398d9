package memstore

import (
	"cmp"
	"encoding/binary"
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func (a place) compare(b place) int {
	return cmp.Or(cmp.Compare(a.order, b.order), strings.Compare(a.text, b.text), cmp.Compare(a.id, b.id))
}

// key appends the key of the place to b and returns the result. A place is an entry of the table of
// orders. Keys sort by order, then by the text that the order uses, then by user id. In the key a
// byte 0xFF follows each NUL of the text, and two NULs end the text, so a text sorts before a
// longer text that begins with it.
func (a place) key(b []byte) []byte {
	b = append(slices.Grow(b, len(a.text)+11), byte(a.order))
	for i := range len(a.text) {
		if b = append(b, a.text[i]); a.text[i] == 0 {
			b = append(b, 0xFF)
		}
	}
	return binary.BigEndian.AppendUint64(append(b, 0, 0), uint64(a.id))
}

// orders lists the orders that have an index, each with the text that it sorts users by. Every user
// is in every order, deleted users too.
var orders = [...]struct {
	storage.Order
	text func(*user.User) string
}{
	{storage.OrderByLogin, func(u *user.User) string { return u.Identity.Login }},
	{storage.OrderByDisplayName, func(u *user.User) string { return u.Names.Display }},
}

// orderChanges appends to list the changes that the table of orders needs when the user u replaces
// old, nil for a new user.
func orderChanges(list []leafChange[place], old, u *user.User) []leafChange[place] {
	for _, o := range orders {
		if old != nil {
			if o.text(old) == o.text(u) {
				continue
			}
			list = append(list, leafChange[place]{place{o.Order, o.Key(*old), u.ID}, true})
		}
		list = append(list, leafChange[place]{place{o.Order, o.Key(*u), u.ID}, false})
	}
	return list
}

// inOrder yields the ids of all users after the position q.After, in the order and direction of the
// query. If q.After is nil, it yields the ids of all users. It ignores the filters of the query. In
// an Update it does not see writes that are not flushed.
func (r *reader) inOrder(q *storage.Query) iter.Seq[user.ID] {
	from := place{order: q.Order}
	if q.After != nil {
		from.text, from.id = q.After.Key, max(q.After.ID, 0)
	} else if q.Descending {
		from = place{order: q.Order + 1}
	}
	places := itemsFrom[place]
	if q.Descending {
		places = itemsBelow[place]
	}
	return func(yield func(user.ID) bool) {
		for at := range places(r, tableOrders, from) {
			if at.order != q.Order {
				return
			}
			if q.Beyond(storage.Position{Key: at.text, ID: at.id}) && !yield(at.id) {
				return
			}
		}
	}
}

const maxID = user.ID(math.MaxInt64)
