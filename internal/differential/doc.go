// Package differential makes the same random calls on several storages and compares the results.
// The contract of package storage fixes every result, so all storages must agree.
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
// A Source chooses the calls and arguments, so that the test's own tool can shrink a failure. Each
// run uses accounts of its own, so one storage can serve many runs.
package differential
