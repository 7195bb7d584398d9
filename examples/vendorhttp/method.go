package vendorhttp

import (
	"net/http"
	"slices"
	"strings"
)

// Methods returns a handler for one path. The handler calls the entry of handlers for the method of
// the request. A HEAD request without an entry goes to the entry for GET. For a method without an
// entry, the handler sets the header Allow to the list of accepted methods and calls fail with
// CodeMethodNotAllowed, so that the reply has the vendor's form. A ServeMux alone would answer in
// plain text.
//
//	mux.Handle("/api/v2/user", vendorhttp.Methods(fail, map[string]http.HandlerFunc{"GET": list, "POST": create}))
func Methods(fail FailFunc, handlers map[string]http.HandlerFunc) http.Handler {
	var names []string
	for name := range handlers {
		names = append(names, name)
	}
	if handlers[http.MethodGet] != nil && handlers[http.MethodHead] == nil {
		names = append(names, http.MethodHead)
	}
	slices.Sort(names)
	allow := strings.Join(names, ", ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method := r.Method
		if method == http.MethodHead && handlers[method] == nil {
			method = http.MethodGet
		}
		if h := handlers[method]; h != nil {
			h(w, r)
			return
		}
		w.Header().Set("Allow", allow)
		fail(w, r, Failure{Code: CodeMethodNotAllowed, Allow: allow})
	})
}
