// Package differential drives several storages with the same random operations and compares every
// answer: what the contract of package storage leaves open to no storage, all of them have to say
// alike. It is for the tests of storages that a suite of cases alone does not prove equal.
//
//	rapid.Check(t, func(t *rapid.T) {
//		run := differential.New(source{t}, fmt.Sprintf("run %06d ", n), file, memstore.New())
//		t.Repeat(map[string]func(*rapid.T){
//			"update": func(t *rapid.T) { run.Source = source{t}; run.Update() },
//			"view":   func(t *rapid.T) { run.Source = source{t}; run.View() },
//		})
//		run.End()
//	})
//
// Which operations, and on what, comes from a Source, so that who uses the package brings what
// shrinks a failure. Each run has accounts of its own, so that storages which are costly to make
// serve many runs.
package differential
