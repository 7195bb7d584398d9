package liveperson_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/user"
)

const core = "id pid deleted loginName"

func selectRows() []matrix.Row {
	shows := func(pairs ...string) func(*testing.T) {
		return in(func(e *env) {
			for i := 0; i < len(pairs); i += 2 {
				e.shows(pairs[i], pairs[i+1])
			}
		})
	}
	groups := func(pairs ...string) func(*testing.T) {
		return in(func(e *env) {
			e.put(agent, user.Patch{
				Profiles:  user.Set(user.IDSetOf(agentProfile, managerProfile)),
				ManagerOf: user.Set(user.IDSetOf[user.GroupID](1)),
			})
			for i := 0; i < len(pairs); i += 2 {
				e.showsGroup(pairs[i], "memberOf", pairs[i+1])
				e.showsGroup(strings.ReplaceAll(pairs[i], "memberOf", "managerOf"), "managerOf", pairs[i+1])
			}
		})
	}
	refuses := func(reason string, selectors ...string) func(*testing.T) {
		return in(func(e *env) {
			for _, s := range selectors {
				a := e.boss("GET", "/2?select="+url.QueryEscape(s), "").refused(400, "/select invalid")
				if !strings.Contains(a.Body.String(), reason) {
					e.Errorf("%s: %s", s, a.Body)
				}
			}
		})
	}
	return []matrix.Row{
		observed.Row("the result is the core fields and those selected", shows("nickname", core+" nickname", "email,id", core+" email")),
		assumed.Row("the core fields of a user are id, pid, deleted and loginName", shows("x", core)),
		observed.Row("an absent selector: all fields", in(selectAll)),
		assumed.Row("an empty selector is an absent one", in(selectAll)),
		observed.Row("$all: all fields, and so is $all', as the vendor's client for Node.js writes it", in(selectAll)),
		assumed.Row("*: all fields", in(selectAll)),
		observed.Row("another alias is refused", refuses("no selector defined", "$", "$x", "$all,id", "$ALL")),
		observed.Row("nothing is trimmed: 'id, nickname' asks for ' nickname'", shows("id, nickname", core, "nickname ,email", core+" email", "(nickname)", core)),
		observed.Row("unknown fields are ignored, no error", shows("nothing,nickname(x(y)),passwordSh,mfa", core+" nickname", "nick)name,)", core)),
		observed.Row("a stray ) is part of the name; commas too many are fine", shows("email)", core, ",email", core+" email", "email,", core+" email", ",,,", core, "a)b,email", core+" email")),
		observed.Row("of duplicates the last counts", groups("memberOf(agentGroupId),memberOf(assignmentDate)", "assignmentDate", "memberOf(agentGroupId),memberOf", "agentGroupId assignmentDate")),
		observed.Row("nested fields: memberOf(agentGroupId,assignmentDate)", groups("id,memberOf(agentGroupId,assignmentDate),email", "agentGroupId assignmentDate", "memberOf(,agentGroupId,)", "agentGroupId")),
		assumed.Row("nested fields that were selected are shown alone; without parentheses, or with empty ones, all are", groups("memberOf(agentGroupId)", "agentGroupId", "memberOf", "agentGroupId assignmentDate", "memberOf()", "agentGroupId assignmentDate", "memberOf(x)", "", "memberOf(agentGroupId(x,y(z)),q)", "agentGroupId")),
		observed.Row("nested selection on a scalar has no effect", shows("nickname(a,b),skillIds(id),email()", core+" nickname skillIds email")),
		observed.Row("href is refused at every depth", refuses("href is a reserved keyword", "href", "id,href", "memberOf(href)", "a(b(c(href)))", "href(a)", "a(href(b))")),
		observed.Row("more ( than )", refuses("more opening brackets than closing brackets", "memberOf(", "a(b(c)", "memberOf(agentGroupId", "(")),
		observed.Row("after ) something other than a comma", refuses("must be followed by a comma", "memberOf(agentGroupId)email", "a(b(c)d)", "a(b))", "a()(b)")),
	}
}

// shows fails unless select shows exactly these fields of the agent, in their order.
func (e *env) shows(selector, want string) {
	e.Helper()
	body := e.boss("GET", "/2?select="+url.QueryEscape(selector), "").is(200).Body.String()
	dec := json.NewDecoder(strings.NewReader(body))
	var got []string
	depth := 0
	for name := true; ; {
		token, err := dec.Token()
		if err != nil {
			break
		}
		delim, isDelim := token.(json.Delim)
		switch {
		case isDelim && (delim == '{' || delim == '['):
			depth++
			continue
		case isDelim:
			depth--
		case depth == 1 && name:
			got, name = append(got, token.(string)), false
			continue
		}
		if depth == 1 {
			name = true
		}
	}
	if d := cmp.Diff(want, strings.Join(got, " ")); d != "" {
		e.Errorf("select=%s (-want +got):\n%s", selector, d)
	}
}

// showsGroup fails unless select shows exactly these members of a group of the agent.
func (e *env) showsGroup(selector, name, want string) {
	e.Helper()
	v := e.boss("GET", "/2?select="+url.QueryEscape(selector), "").is(200).object()[name]
	if list, ok := v.([]any); ok {
		v = list[0]
	}
	var got []string
	for _, member := range []string{"agentGroupId", "assignmentDate"} {
		if _, ok := v.(map[string]any)[member]; ok {
			got = append(got, member)
		}
	}
	if strings.Join(got, " ") != want {
		e.Errorf("select=%s shows %v", selector, v)
	}
}

func selectAll(e *env) {
	all := e.boss("GET", "/2", "").is(200).Body.String()
	for _, s := range []string{"", "*", "$all", "$all'"} {
		if got := e.boss("GET", "/2?select="+url.QueryEscape(s), "").is(200).Body.String(); got != all {
			e.Errorf("select=%s shows %s", s, got)
		}
	}
}
