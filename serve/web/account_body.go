package web

// accountBody is the account page's dot.
type accountBody struct {
	Head    accountHead
	Change  accountChange
	Next    accountAhead
	Time    accountTime
	Fall    *accountFall // nil: there is nothing to compare
	Coin    accountCoin
	Stage   accountStage
	WhatIfs []accountWhatIf
	Gone    bool // the model that answered is not there any more
	Data    accountData
	Write   *accountWrite
}

// account makes the page of what is known.
func (w Words) account(f *accountFacts) accountBody {
	return accountBody{
		Head: w.accountHead(f), Change: w.accountChange(f), Next: w.accountAhead(f), Time: w.accountTime(f), Fall: w.accountFall(f.Explanation),
		Coin: w.accountCoin(f), Stage: w.accountStage(f), WhatIfs: w.whatIfs(f.WhatIfs), Gone: f.Answer == nil, Data: w.accountData(f), Write: f.Write,
	}
}
