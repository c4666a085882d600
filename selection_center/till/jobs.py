"""Background jobs of the till: providers are asked outside of requests and transactions."""

from selection_center.core import jobs
from selection_center.till import charging, refunding


@jobs.job("ask-provider")
def ask_provider(run: jobs.JobRun, charge_id: int, code: str) -> None:
    charging.ask_provider(charge_id, code, again=run.attempts > 1)


@jobs.job("look-up-charge")
def look_up_charge(_run: jobs.JobRun, charge_id: int) -> None:
    charging.look_up(charge_id)


@jobs.job("give-charge-back")
def give_charge_back(_run: jobs.JobRun, charge_id: int) -> None:
    charging.give_whole_back(charge_id)


@jobs.job("give-refund")
def give_refund(_run: jobs.JobRun, refund_payment_id: int) -> None:
    refunding.give_by_provider(refund_payment_id)
