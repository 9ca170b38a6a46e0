package history

import (
	"cmp"
	"context"
	"slices"
)

// commonWords is how many times what is sorted for a page may have a word for it
// to be held against another: looking through the index of words is so much
// cheaper than reading accounts.
const commonWords = 20

// someTerms and sharedTerms are the accounts that have a word, and those that
// have two.
const (
	someTerms   = `SELECT DISTINCT account FROM term WHERE term >= ? AND term < ?`
	sharedTerms = `SELECT account FROM term WHERE term >= ? AND term < ? INTERSECT SELECT account FROM term WHERE term >= ? AND term < ?`
)

// addSearch adds the condition for accounts with a word that begins with each word of a
// search. Where few have one of them, or two of them together, those lead.
func (s *Store) addSearch(ctx context.Context, f *filter, search string) error {
	if search == "" {
		return nil
	}
	words := terms(search)
	if f.none = f.none || len(words) == 0; f.none {
		return nil
	}
	for _, word := range words {
		f.add("a.search LIKE ?", "% "+word+"%")
	}
	found, err := s.rarest(ctx, words, f.few)
	if err != nil || f.leadBy(someTerms, found[:min(1, len(found))], f.few) {
		return err
	}
	if len(words) == 1 || f.index != "" { // or another filter leads
		return nil
	}
	if found, err = s.rarest(ctx, words, commonWords*f.few); err != nil || len(found) < 2 {
		return err
	}
	both := found[:2]
	if both[0].n, err = s.count(ctx, sharedTerms, f.few, both...); err != nil {
		return err
	}
	f.leadBy(sharedTerms, both, f.few)
	return nil
}

// leadBy lets a query of words lead to the accounts, if it finds no more than so
// many.
func (f *filter) leadBy(query string, words []wordCount, most int) bool {
	if len(words) == 0 || words[0].n > most {
		return false
	}
	f.none = words[0].n == 0
	f.index, f.from, f.fromArgs = "", `(`+query+`) AS t CROSS JOIN account a`, nil
	for _, w := range words {
		f.fromArgs = append(f.fromArgs, w.word, termEnd(w.word))
	}
	f.add("a.k = t.account")
	return true
}

// wordCount is how many words of accounts begin with a word.
type wordCount struct {
	word string
	n    int
}

// rarest lists the words with which no more than so many begin, the rarest
// first.
func (s *Store) rarest(ctx context.Context, words []string, most int) (list []wordCount, err error) {
	for _, word := range words {
		w := wordCount{word: word}
		if w.n, err = s.count(ctx, `SELECT 1 FROM term WHERE term >= ? AND term < ?`, most, w); err != nil {
			return nil, err
		}
		if w.n <= most {
			list = append(list, w)
		}
		if w.n == 0 {
			break // nothing can be found
		}
	}
	slices.SortStableFunc(list, func(a, b wordCount) int { return cmp.Compare(a.n, b.n) })
	return list, nil
}

// count counts what a query of words finds, up to one more than most.
func (s *Store) count(ctx context.Context, query string, most int, words ...wordCount) (n int, err error) {
	var args []any
	for _, w := range words {
		args = append(args, w.word, termEnd(w.word))
	}
	err = s.read.QueryRowContext(ctx, s.sql(`SELECT count(*) FROM (SELECT 1 FROM (`+query+`) AS found LIMIT ?) AS few`), append(args, most+1)...).Scan(&n)
	return n, s.failed("search the portfolio", err)
}
