package main

// suite is one run of go test.
type suite struct {
	pkg, bench, time string
	sized            bool // knows -million
	bars             []bar
}

// bar is what a metric of a benchmark may be at most, or must be at least.
type bar struct {
	what    string
	match   string // regular expression of the benchmark's whole name, without "Benchmark" and the number of processors
	metric  string
	atLeast bool
	limit   float64
	million bool // measured with -million only
}

func most(what, match, metric string, limit float64) bar {
	return bar{what: what, match: match, metric: metric, limit: limit}
}

func least(what, match, metric string, limit float64) bar {
	return bar{what: what, match: match, metric: metric, limit: limit, atLeast: true}
}

var suites = []suite{
	{
		pkg: "./permission", bench: "^BenchmarkCheck$", time: "300ms",
		bars: []bar{
			most("permission check, ns", `Check/allow/.*`, "best-ns/check", 30),
			most("permission check, allocations", `Check/allow/.*`, "allocs/op", 0),
		},
	},
	{
		pkg: "./bench", bench: "^BenchmarkPermission$", time: "1s",
		bars: []bar{
			least("faster than casbin's cache", `Permission/allowed`, "x-vs-casbin-cached", 8),
			least("faster than cedar-go", `Permission/allowed`, "x-vs-cedar", 200),
		},
	},
	{
		pkg: "./validate", bench: "^Benchmark(MatchAgainstRegexp|RefuseMebibyte)$", time: "300ms",
		bars: []bar{
			least("validation, faster than the expression", `MatchAgainstRegexp/.*`, "ratio", 8),
			most("validation, allocations", `MatchAgainstRegexp/.*`, "allocs/op", 0),
			most("a mebibyte refused, ns", `RefuseMebibyte`, "ns/refusal", 1000),
		},
	},
	{
		pkg: "./bench", bench: "^BenchmarkFrontDoor$", time: "1s", sized: true,
		bars: []bar{
			most("get / plain get", `FrontDoor/users=\d+/get`, "ratio", 1.5),
			most("patch / plain update", `FrontDoor/users=\d+/patch`, "ratio", 0.5),
			most("create / plain insert", `FrontDoor/users=\d+/create`, "ratio", 1),
			most("transfer / 2 narrow writes", `FrontDoor/users=\d+/transfer/payees=1`, "ratio", 2),
			most("transfer / 1,001 narrow writes", `FrontDoor/users=\d+/transfer/payees=1000`, "ratio", 2),
			most("a payee of 5,000 / of 1,000", `FrontDoor/users=\d+/transfer/growth`, "payee-of-5000", 1.5),
			most("a payee of 50,000 / of 1,000", `FrontDoor/users=\d{6,}/transfer/growth`, "payee-of-50000", 1.5),
			least("search, faster than a scan", `FrontDoor/users=\d{6,}/search`, "x-faster", 100),
			least("search in vain, faster", `FrontDoor/users=\d{6,}/search-none`, "x-faster", 100),
			least("filtered total, faster", `FrontDoor/users=\d{6,}/count`, "x-faster", 100),
		},
	},
	{
		pkg: "./bench", bench: "^BenchmarkGrowth$", time: "1s", sized: true,
		bars: []bar{
			most("the largest account / 10,000 users", `Growth/get`, "ratio", 3.5),
			most("the largest account / 10,000 users", `Growth/(patch|create|transfer|page)`, "ratio", 2),
		},
	},
	{
		pkg: "./bench", bench: "^BenchmarkMemory$", time: "1x", sized: true,
		bars: []bar{
			most("memory beyond the user, bytes", `Memory/users=\d+`, "roster-over-B/user", 1300),
			most("full collection / plain", `Memory/users=100000`, "gc-ratio", 0.5),
			{what: "full collection / plain", match: `Memory/users=1000000`, metric: "gc-ratio", limit: 0.5, million: true},
		},
	},
}
