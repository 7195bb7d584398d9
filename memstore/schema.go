package memstore

import (
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore/internal/index"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	memdb "github.com/hashicorp/go-memdb"
)

// tableAccounts is the only table in the database of a store. Each row is the current state of one
// account.
const tableAccounts = "account" // accountRow

// The tables of an account's database.
//
// A row of go-memdb costs about 400 bytes and some microseconds a write, whatever is in it. So a
// row holds up to 64 neighbors where there is one thing or more for each user.
const (
	tableUsers      = "user"        // userPage: 64 users with neighboring ids
	tableKeys       = "key"         // leafRow[claim]: which user claims a login, an e-mail and so on
	tableOrders     = "order"       // leafRow[place]: the users in the orders of a Query, but by id
	tableBlocks     = "index"       // blockRow: what is derived from 4,096 users for searches
	tableSecrets    = "secret"      // secretRow: what proves one user's password
	tableReferences = "reference"   // referenceRow: one skill, group, profile and so on
	tableBalances   = "balance"     // balancePage: what 64 holders with neighboring ids have
	tableTransfers  = "transfer"    // transferPage: the transfers of 16 neighboring ids
	tableKeyed      = "idempotency" // keyedRow: the transfer with an idempotency key
	tableReversals  = "reversal"    // reversalRow: the transfer that reversed another one
	tableKinds      = "kind"        // kindRow: a transfer of another kind than Transferring
	tableChanges    = "change"      // changePage: 16 changes, one behind the other
	tableHistory    = "history"     // historyRow: what is derived from 64 pages of changes for queries
	tableDeliveries = "delivery"    // deliveryRow: how far one consumer of the changes has come
	tableLetters    = "letter"      // letterRow: one dead letter
)

// The indexes: every table has "id", which is go-memdb's name for the first one, and references
// have "name" too.
const (
	byID   = "id"
	byName = "name"
)

// accountRow is one state of an account. The row and its database are immutable. A commit replaces
// the row.
type accountRow struct {
	id        user.AccountID
	db        *memdb.MemDB
	rows      *memdb.Txn    // reads db; every call shares it
	settings  *user.Account // nil: there are none yet
	revision  user.Revision
	config    user.Revision // the greatest ConfigVersion that a user was put with
	given     [storage.NumSequences]int64
	compacted storage.ChangeID   // the last change that is no longer kept
	newest    storage.ChangeID   // the last change, kept or not
	recent    []storage.Change   // the newest changes, too few for a row of their own
	latest    []*transferRow     // the newest transfers, which become a page when one beyond it comes
	loose     []storage.ChangeID // the pages of changes that no row of the history covers, by their first changes
	transfer  balance.TransferID

	users, references, transfers, postings, changes, deliveries, letters int // how many there are
}

// userPage has the users with the ids from number × 64 on. An element is nil if there is no such
// user. The users are immutable: an update replaces the page and the user.
type userPage struct {
	number uint64
	users  [pageSize]*user.User
}

// claim is one entry of the index of keys: the user with the id claims a key that has this hash.
// Two keys can have one hash, so a lookup checks that the user claims exactly its key.
type claim struct {
	hash uint64
	id   user.ID
}

// place is one entry of the index of an order: the text by which the order sorts, and the user.
type place struct {
	order storage.Order
	text  string // what Order.Key says
	id    user.ID
}

// leafRow has up to 64 consecutive items, either claims or places. They are greater than the key of
// the row before, and not greater than high.
type leafRow[T leafItem[T]] struct {
	high  []byte // the key of the row: not less than that of its last item
	items []T
}

// blockRow is the search index of the users with the ids from number × 4,096 on.
type blockRow struct {
	number uint64
	*index.Block
}

type secretRow struct {
	id     user.ID
	secret user.Secret
}

type referenceRow struct{ user.Reference }

// balancePage has the balances of the holders from number × 64 - 1 on: World, the lowest holder, is
// -1.
type balancePage struct {
	number   uint64
	balances [pageSize]holding
}

// holding is the balance of a holder, and the newest entry of the holder's statement.
type holding struct {
	units balance.Units
	last  entry
}

// entry identifies one side of one posting of a transfer. The lowest bit of posting is the side,
// and the other bits are the index of the posting. The zero entry means that there is none.
type entry struct {
	transfer balance.TransferID
	posting  uint32
}

// transferPage has the transfers with the ids from number × 16 on, in ascending order.
type transferPage struct {
	number    uint64
	transfers []*transferRow
}

// transferRow is a transfer, and for each side of each posting the entry before it in the holder's
// statement. A statement is read by following these links, so it needs no index.
type transferRow struct {
	balance.Transfer
	earlier [][2]entry
}

type keyedRow struct {
	key string
	id  balance.TransferID
}

type reversalRow struct{ original, by balance.TransferID }

type kindRow struct {
	kind balance.Kind
	id   balance.TransferID
}

// changePage has 16 changes in their order.
type changePage struct{ changes []storage.Change }

type deliveryRow struct{ storage.Delivery }

// letterRow is a dead letter of the delivery with a name.
type letterRow struct {
	name string
	storage.DeadLetter
}

// newAccounts returns an empty database for a store, with the table of accounts.
func newAccounts() *memdb.MemDB {
	return newDB(table(tableAccounts, unique(byID, func(r *accountRow) []byte { return accountKey(nil, r.id) })))
}

// newAccount returns an empty database for one account. It lists all tables, rows and indexes.
func newAccount() *memdb.MemDB {
	return newDB(
		table(tableUsers, unique(byID, func(r *userPage) []byte { return number(nil, r.number) })),
		table(tableKeys, unique(byID, func(r *leafRow[claim]) []byte { return r.high })),
		table(tableOrders, unique(byID, func(r *leafRow[place]) []byte { return r.high })),
		table(tableBlocks, unique(byID, func(r *blockRow) []byte { return number(nil, r.number) })),
		table(tableSecrets, unique(byID, func(r *secretRow) []byte { return number(nil, uint64(r.id)) })),
		table(tableReferences,
			unique(byID, func(r *referenceRow) []byte { return referenceKey(nil, r.Kind, r.ID) }),
			unique(byName, func(r *referenceRow) []byte { return nameKey(nil, r.Kind, r.Name) })),
		table(tableBalances, unique(byID, func(r *balancePage) []byte { return number(nil, r.number) })),
		table(tableTransfers, unique(byID, func(r *transferPage) []byte { return number(nil, r.number) })),
		table(tableKeyed, unique(byID, func(r *keyedRow) []byte { return []byte(r.key) })),
		table(tableReversals, unique(byID, func(r *reversalRow) []byte { return number(nil, uint64(r.original)) })),
		table(tableKinds, unique(byID, func(r *kindRow) []byte { return kindKey(nil, r.kind, r.id) })),
		table(tableChanges, unique(byID, func(r *changePage) []byte { return changeKey(nil, r.changes[0].ID) })),
		table(tableHistory, unique(byID, func(r *historyRow) []byte { return changeKey(nil, r.pages[0]) })),
		table(tableDeliveries, unique(byID, func(r *deliveryRow) []byte { return []byte(r.Name) })),
		table(tableLetters, unique(byID, func(r *letterRow) []byte { return letterKey(nil, r.name, r.Change.ID) })),
	)
}
