// Package account answers questions about stored accounts: health, history,
// explanation, overrides, the portfolio, whom to call first and what fell.
//
// In come a history (package history), the model in service and a loader of older
// models; out go data for the API, pages and commands, without words (package
// serve/text writes them). Import turns the tables of a folder into the rows that
// a history stores. It refuses questions without a history (ErrNoHistory), dates
// at which nothing is stored (a *DateError) and dates in the wrong order
// (ErrDates); where a model that answered is gone, the answer is marked so and
// nothing is made up for it.
package account
