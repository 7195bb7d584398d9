package validate

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// Expressions that more than one rule uses.
const (
	patternOmnideskName = `^[a-zA-ZÀ-ÖØ-Þß-öø-ÿ\- ]+$`
	patternOmnideskDate = `^([a-z]{2}_[A-Z]{2})|(iso)$`
	patternPersonName   = `^['’]?\p{L}(?:[\p{L}\p{M}\p{Nd}'’.·\x{200C}\x{200D}\- ]*` +
		`[\p{L}\p{M}\p{Nd}'’.·\x{200C}\x{200D}\-])?$`
	patternLogin     = "^[\\p{L}\\p{M}\\p{Nd}A-Za-z0-9!#$%&'*+\\-./=?@^_`{|}~]+$"
	patternHTMLEmail = "^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?" +
		`(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$`
	emailWord       = "[\\p{L}\\p{M}\\p{Nd}!#$%&'*+/=?^_`{|}~-]+"
	emailPart       = `[\p{L}\p{Nd}](?:[\p{L}\p{M}\p{Nd}-]{0,61}[\p{L}\p{M}\p{Nd}])?`
	patternE164     = `^\+[1-9][0-9]{6,14}$`
	patternEmail    = "^" + emailWord + `(?:\.` + emailWord + ")*@" + emailPart + `(?:\.` + emailPart + ")*$"
	patternLine     = `^[^\p{Cc}\x{2028}\x{2029}\x{202A}-\x{202E}\x{2066}-\x{2069}]*$`
	patternText     = `^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x{9F}]*$`
	patternMobile   = `^[0-9A-Za-z +()./\-#*,]*[0-9][0-9A-Za-z +()./\-#*,]*$`
	patternDate     = `^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$`
	patternRealDate = `^(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|` +
		`(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|` +
		`(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)` +
		` (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$`
	patternURI = `^(?:(?i:https?)://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+|/[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*)$`

	// campaignText has the characters of the names of campaigns and channels.
	campaignText = `a-zA-Z0-9\-_`
)

// Limits of our own where a vendor documents none. They are wide enough for every example of the
// documents.
const (
	maxName   = 255  // Voximplant's display name has "less than 256", the only limit of a name that is documented.
	maxEmail  = 254  // RFC 5321: a path of 256 with its angle brackets.
	maxLong   = 8191 // Voximplant's custom data has "less than 8192".
	maxMobile = 49   // Voximplant's mobile phone has "less than 50 characters".
	maxList   = 1 << 19
)

// expression returns a spec whose matcher runs the pattern itself. It is for the rules that a
// vendor's request checks once, or that few users of an import have a value for. The other rules
// have matchers of their own.
func expression(pattern string, min, max int64) spec {
	return spec{pattern, compiled(pattern), min, max}
}

// compiled returns a matcher for the values that are valid UTF-8 and match every expression of
// pattern. The first call compiles the expressions.
func compiled(pattern string) func(string) bool {
	expressions := sync.OnceValue(func() (list []*regexp.Regexp) {
		for _, e := range strings.Split(pattern, " && ") {
			list = append(list, regexp.MustCompile(e))
		}
		return list
	})
	return func(s string) bool {
		for _, e := range expressions() {
			if !e.MatchString(s) {
				return false
			}
		}
		return utf8.ValidString(s)
	}
}

// some returns the spec of texts that have only the given ASCII characters, which stand between
// brackets in a regular expression.
func some(chars string, min, max int64) spec {
	return spec{"^[" + chars + "]+$", classOf(chars).some, min, max}
}

// anyText returns the spec of every text.
func anyText(min, max int64) *spec { return &spec{"", utf8.ValidString, min, max} }

// Kinds that several rules share.
var (
	personKind = kind{
		unit: Characters, isName: true, strict: spec{patternPersonName, matchPersonName, 1, maxName},
		valid: "name: letters, blanks, hyphens, apostrophes and dots, with a letter first",
	}
	loginKind = kind{
		isName: true, strict: spec{patternLogin, matchLogin, 1, maxEmail},
		valid: "login: letters, digits and ! # $ % & ' * + - . / = ? @ ^ _ ` { | } ~",
	}
	phoneKind = kind{
		strict: spec{patternE164, matchE164, 8, 16},
		valid:  "telephone number: + and the country code first, then digits",
	}
	mobileKind = kind{
		unit: Characters, strict: spec{patternMobile, matchMobile, 1, maxMobile},
		valid: "telephone number: at least one digit, and letters, blanks and + ( ) . / - # * ,",
	}
	textKind     = kind{unit: Characters, strict: spec{patternText, matchText, 0, maxLong}, valid: "text"}
	emailKind    = byteKind("e-mail address", spec{patternEmail, matchEmail, 3, maxEmail})
	languageKind = byteKind("language tag, such as en-GB", expression(`^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*$`, 2, 35))
	dateKind     = byteKind("date format: iso, or a locale such as en_GB", expression(`^(?:[a-z]{2}_[A-Z]{2}|iso)$`, 3, 5))
	optionKind   = byteKind("option: letters A to Z and digits", some(`0-9a-zA-Z`, 1, maxName))
	keyKind      = byteKind("key: printable ASCII without blanks", some(`!-~`, 1, 255))
)

// byteKind returns the kind of texts of the form s, whose limits are counted in bytes. valid
// describes such a text.
func byteKind(valid string, s spec) kind { return kind{strict: s, valid: valid} }

// lineKind returns the kind of texts of one line, with min to max characters. what names such a
// text.
func lineKind(what string, min, max int64) kind {
	return kind{unit: Characters, strict: spec{patternLine, matchLine, min, max}, valid: what + ": one line of text"}
}

// nameKind returns the kind of the rules for names: one line of 1 to maxName characters. The rules
// change a name to NFC before the check.
func nameKind(what string) kind {
	k := lineKind(what, 1, maxName)
	k.isName = true
	return k
}

// numberKind returns the kind of whole numbers from min to max.
func numberKind(min, max int64) kind {
	return kind{unit: Number, strict: spec{pattern: `^[0-9]+$`, min: min, max: max}, valid: "whole number"}
}

// wordKind returns the kind of a few fixed words. list has the words, separated by commas.
func wordKind(list string, s spec) kind { return kind{words: list, strict: s, valid: "value"} }

// definitions is the table of all rules, joined from the tables of the vendors.
var definitions = joinTables(omnideskRules, voximplantRules, livePersonRules, genesysRules, rosterRules)

// joinTables returns one table with the definitions of all tables. The index of a definition is its
// Rule. The entry noRule accepts no value.
func joinTables(tables ...[]definition) (all [numRules]definition) {
	for _, table := range tables {
		for r, d := range table {
			if d.name != "" {
				all[r] = d
			}
		}
	}
	all[noRule].strict = spec{match: func(string) bool { return false }, max: maxLong}
	return all
}
