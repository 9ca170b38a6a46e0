package explain

// FewestCases is how many like cases there must be of a kind of intervention for
// them to be counted out.
const FewestCases = 5

// LikeCases is what colleagues did in like cases and what became of them: counts,
// which do not show that one led to the other.
//
// A case is one contract term of an account in the same cluster that has come to its
// end since and was decided, with an intervention logged in the CaseDays before its
// renewal while the account was shown sick or at risk (for a healthy account:
// healthy). It renewed where a later renewal was stored of it by then, and churned
// where the account had left by then; what is not decided yet is no case.
type LikeCases struct {
	// Decided is whether any account has left since the history began; if not, only
	// accounts that stayed are stored, and nothing is counted.
	Decided bool       `json:"decided"`
	Kinds   []LikeCase `json:"kinds"` // with FewestCases at least, most cases first
	Text    string     `json:"text"`  // written by package serve/text; "" where there are kinds
}

// CaseDays is how long before a renewal an intervention counts.
const CaseDays = 90

// LikeCase counts the cases of one kind of intervention.
type LikeCase struct {
	Kind    string `json:"kind"` // as it was logged
	Cases   int    `json:"cases"`
	Renewed int    `json:"renewed"`
	Text    string `json:"text"` // written by package serve/text
}
