package bar

// Suite is one run of go test, with the bars of what it measures.
type Suite struct {
	Package, Benchmark, Time string
	Sized                    bool // its benchmarks know -million
	Bars                     []Bar
}

// Suites are all runs of go test and all bars.
//
// The benchmarks of package bench measure roster.Directory over memstore beside plain go-memdb.
// Those of packages roster, permission, validate, sqlitestore and pgstore measure the package
// alone.
var Suites = []Suite{
	{
		Package: ".", Benchmark: "^BenchmarkNoObserver$", Time: "300ms",
		Bars: []Bar{
			most("a call that no observer sees, ns more", `NoObserver`, "more-ns", 5),
			most("a call that no observer sees, allocations", `NoObserver`, "allocs/op", 0),
		},
	},
	{
		Package: "./permission", Benchmark: "^BenchmarkCheck$", Time: "300ms",
		Bars: []Bar{
			most("permission check, ns", `Check/allow/(.*)`, "best-ns/check", 80),
			most("permission check, allocations", `Check/allow/(.*)`, "allocs/op", 0),
		},
	},
	{
		Package: "./bench", Benchmark: "^BenchmarkPermission$", Time: "1s",
		Bars: []Bar{
			least("permission check, times as fast as casbin's cache", `Permission/allowed`, "x-vs-casbin-cached", 3),
			least("permission check, times as fast as cedar-go", `Permission/allowed`, "x-vs-cedar", 100),
		},
	},
	{
		Package: "./validate", Benchmark: "^Benchmark(MatchAgainstRegexp|RefuseMebibyte)$", Time: "300ms",
		Bars: []Bar{
			least("validation, times as fast as the regular expression", `MatchAgainstRegexp/(.*)`, "ratio", 8),
			most("validation, allocations", `MatchAgainstRegexp/(.*)`, "allocs/op", 0),
			most("refusal of a mebibyte, ns", `RefuseMebibyte`, "ns/refusal", 1000),
		},
	},
	{
		Package: "./user", Benchmark: "^BenchmarkCustom$", Time: "300ms",
		Bars: []Bar{most("validation of ten custom attributes, ns", `Custom`, "ns/op", 1000)},
	},
	{
		Package: "./bench", Benchmark: "^BenchmarkCustom$", Time: "500ms",
		Bars: []Bar{least("filter by a custom attribute, times as fast as a scan, 100,000 users", `Custom/(.*)`, "x-faster", 100)},
	},
	{
		Package: "./bench", Benchmark: "^BenchmarkFrontDoor$", Time: "500ms", Sized: true,
		Bars: []Bar{
			most("get / plain get", `FrontDoor/users=(\d+)/get`, "ratio", 2),
			most("patch of an unindexed attribute / plain update", `FrontDoor/users=(\d+)/patch`, "ratio", 0.5),
			most("create / plain insert", `FrontDoor/users=(\d+)/create`, "ratio", 3),
			most("transfer to 1 user / 2 narrow writes", `FrontDoor/users=(\d+)/transfer/payees=1`, "ratio", 2),
			most("transfer to 1,000 users / 1,001 narrow writes", `FrontDoor/users=(\d+)/transfer/payees=1000`, "ratio", 1),
			// Garbage collection counts in a transfer to 50,000 and hardly in one to 1,000, whose
			// median has no collection. A cost that grows with the square shows as 50.
			most("transfer to 50,000 users / to 1,000, for each user", `FrontDoor/users=(\d{6,})/transfer/growth`, "payee-ratio", 1.5),
			least("search by part of a name, times as fast as a scan, 100,000 users", `FrontDoor/users=100000/(search.*)`, "x-faster", 300),
			least("filtered total, times as fast as a scan, 100,000 users", `FrontDoor/users=100000/count`, "x-faster", 300),
			most("page of an application in the order of login, 100,000 users, ms", `FrontDoor/users=100000/page/(.*)`, "ms", 0.7),
			most("get, in an account of so many users / of 10,000", `FrontDoor/users=(\d+)/growth/get`, "ratio", 3.5),
			most("patch, likewise", `FrontDoor/users=(\d+)/growth/patch`, "ratio", 2),
			most("create, likewise", `FrontDoor/users=(\d+)/growth/create`, "ratio", 2),
			most("transfer to 1 user, likewise", `FrontDoor/users=(\d+)/growth/transfer`, "ratio", 2),
		},
	},
	{
		Package: "./bench", Benchmark: "^BenchmarkMemory$", Time: "1x", Sized: true,
		Bars: []Bar{
			most("memory of a user beyond the value, bytes", `Memory/users=(\d+)`, "roster-over-B/user", 1200),
			most("full garbage collection / plain", `Memory/users=(\d+)`, "gc-ratio", 0.7),
			most("memory of an account with settings alone, bytes", `Memory/accounts`, "B/account", 1500),
		},
	},
	{
		Package: "./storage/sqlitestore", Benchmark: "^Benchmark(Transfer|Get)$", Time: "2s",
		Bars: []Bar{
			least("SQLite: transfer, beside a hand-written prepared loop", `Transfer`, "ratio", 0.7),
			most("SQLite: get / the bare prepared query", `Get`, "ratio", 2.5),
		},
	},
	{
		Package: "./examples/import", Benchmark: "^BenchmarkImport$", Time: "1x",
		Bars: []Bar{
			most("SQLite: import of 10,000 users without passwords, seconds", `Import`, "s", 30),
			most("SQLite: import / the same users by CreateMany", `Import`, "ratio", 4),
		},
	},
	{
		Package: "./storage/pgstore", Benchmark: "^Benchmark(HotAccount|TransferToThousand)$", Time: "5x",
		Bars: []Bar{
			least("PostgreSQL: transfers of one account, beside plain statements", `HotAccount/callers=(32)`, "ratio", 5),
			most("PostgreSQL: transfer to 1,000 users / the bare statements", `TransferToThousand`, "ratio", 3),
		},
	},
}
