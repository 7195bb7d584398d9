package arch

// module is the path of the core module. Nested modules (examples, bench, the durable storages)
// have rules of their own: each is one go.mod, and the core never imports one.
const module = "github.com/ca74b63c/roster"

// Modules that packages may import directly.
const (
	memdb   = "github.com/hashicorp/go-memdb"
	decimal = "github.com/shopspring/decimal"
	text    = "golang.org/x/text"
	crypto  = "golang.org/x/crypto"
	goCmp   = "github.com/google/go-cmp"
)

// rule says what one package of the core may import. Names are relative to the module; "." is its
// root.
type rule struct {
	ours    []string // packages of the core, in tests too
	modules []string // third-party modules; tests may import go-cmp as well
	tests   []string // packages of the core that only its tests may import
	pure    bool     // no I/O, clock, randomness or shared state: nothing of package impure
}

// table names every package of the core. An arrow that is not here is not allowed.
var table = map[string]rule{
	"validate":            {ours: []string{"internal/strictjson"}, modules: []string{text}, pure: true},
	"internal/strictjson": {pure: true},
	"internal/nameset":    {pure: true},
	"internal/usertable":  {ours: []string{"user", "validate"}, pure: true},
	"user":                {ours: []string{"validate", "internal/nameset", "internal/strictjson"}, pure: true},
	"user/password":       {ours: []string{"validate"}, modules: []string{crypto, text}}, // salts are random: not pure
	"permission":          {ours: []string{"user", "internal/nameset"}, pure: true},
	"balance":             {ours: []string{"user", "validate", "internal/strictjson"}, modules: []string{decimal}, pure: true},

	"storage": {
		ours: []string{"user", "balance", "validate", "internal/strictjson"}, tests: []string{"storage/internal/filled"},
	},
	"storage/storagetest": {
		ours: []string{
			"internal/draw", "storage", "storage/internal/filled", "storage/storagetest/internal/hook", "user", "balance",
		},
		tests: []string{"memstore"},
	},
	"storage/storagetest/internal/hook": {ours: []string{"storage", "user", "balance"}},
	// What storages on SQL engines share.
	// What the SQL stores write in their tables.
	"storage/internal/record": {
		ours: []string{"storage", "internal/facet", "user", "balance", "validate"}, tests: []string{"storage/internal/filled"},
	},
	"storage/internal/filled":    {ours: []string{"storage", "user", "balance"}},
	"storage/internal/counting":  {ours: []string{"storage", "user"}},
	"storage/internal/waiters":   {ours: []string{"storage", "user"}},
	"storage/internal/migration": {},
	"storage/internal/sqlread": {ours: []string{
		"storage", "internal/facet", "internal/gate", "storage/internal/record", "user", "balance", "validate",
	}},
	"storage/internal/sqlwrite": {ours: []string{
		"storage", "storage/internal/counting", "internal/facet", "storage/internal/record", "storage/internal/sqlread", "user",
		"balance",
	}},
	// What the tests of the SQL stores share.
	"storage/internal/crash":      {ours: []string{".", "storage", "storage/internal/sample", "user", "balance"}, tests: []string{"memstore"}},
	"internal/draw":               {ours: []string{"storage", "user"}},
	"internal/differential":       {ours: []string{"internal/draw", "storage", "user", "balance"}, modules: []string{goCmp}, tests: []string{"memstore", "storage/storagetest"}},
	"storage/internal/sample":     {ours: []string{"storage", "user", "balance"}},
	"storage/internal/enginetest": {ours: []string{"storage", "storage/internal/operator", "storage/internal/sample", "storage/internal/sqlread", "storage/storagetest", "user", "balance"}},
	"storage/internal/operator":   {ours: []string{".", "storage", "user", "balance"}},
	"storage/internal/faulttest": {
		ours:    []string{".", "internal/ability", "storage", "storage/storagetest", "storage/stream", "user", "user/password"},
		modules: []string{goCmp},
	},
	"storage/stream": {
		ours:  []string{"storage", "internal/strictjson", "user", "balance"},
		tests: []string{"internal/differential", "memstore", "storage/storagetest"},
	},
	// What all storages share.
	"internal/facet":    {ours: []string{"storage", "user"}},
	"internal/fifolock": {ours: []string{"storage"}},
	"internal/gate":     {ours: []string{"storage"}},
	"memstore": {
		ours: []string{
			"internal/fifolock", "internal/gate", "internal/strictjson", "memstore/internal/index", "storage", "user", "balance",
		},
		modules: []string{memdb},
		tests:   []string{"internal/differential", "internal/draw", "storage/storagetest"},
	},

	"memstore/internal/index": {ours: []string{"internal/facet", "storage", "user", "validate"}},

	".": {
		ours:  []string{"user", "user/password", "permission", "balance", "validate", "storage", "internal/usertable"},
		tests: []string{"internal/ability", "memstore", "storage/storagetest", "storage/stream"},
	},
	"internal/ability":  {ours: []string{".", "permission", "storage", "user", "balance"}}, // the calls that tests make
	"internal/arch":     {},
	"internal/pgserver": {}, // a PostgreSQL for the tests of other modules
}

// impure are packages of the standard library that a pure package has no use for. Package context
// is not among them: user names it in the interface of what hashes passwords.
var impure = []string{
	"crypto/rand", "database/sql", "io/fs", "io/ioutil", "log", "math/rand", "math/rand/v2", "net", "net/http", "os",
	"os/exec", "os/signal", "path/filepath", "plugin", "syscall", "testing", "unsafe",
}

// topLevel are the directories that the repository may have at its root. A nested storage module is
// under storage. otelroster is a module of its own so that the core does not depend on
// OpenTelemetry.
var topLevel = []string{
	".ci", ".git", ".github", "balance", "bench", "docs", "examples", "internal", "memstore", "otelroster", "permission",
	"storage", "tools", "user", "validate",
}

// goroutines are the files that may start one, each with its reason.
var goroutines = map[string]string{
	"internal/pgserver/server.go": "it waits for the end of a process, and nothing but tests imports it",
	"storage/internal/crash":      "transfers under way when something is killed, and nothing but tests imports it",
	"storage/storagetest":         "a rule about concurrent callers needs concurrent callers",
}

// clocks are the files that may ask what time it is, each with its reason.
var clocks = map[string]string{
	"directory.go":               "the default of WithClock, and the only clock of the product",
	"internal/pgserver":          "it waits for a process, and nothing but tests imports it",
	"storage/internal/crash":     "it waits for what is killed, and nothing but tests imports it",
	"storage/internal/faulttest": "it waits for goroutines to end, and nothing but tests imports it",
	"storage/storagetest":        "it measures how long a storage makes its caller wait",
}

// meaningless are names of files and packages that say nothing about what is in them.
var meaningless = []string{"util", "utils", "common", "helper", "helpers", "types", "misc", "base", "shared"}

// maxLines is how long a file of the product may be. About 300 is where to think of a second one.
const maxLines = 400
