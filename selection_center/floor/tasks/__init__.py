"""The tasks of the floor. A new one is a module beside this page, one import and one entry, in the tablet's order."""

from selection_center.floor.tasks.base import Task
from selection_center.floor.tasks.collect import Collect
from selection_center.floor.tasks.count import Count
from selection_center.floor.tasks.give_back import GiveBack
from selection_center.floor.tasks.goods_in import ReceiveGoods
from selection_center.floor.tasks.lend import Lend
from selection_center.floor.tasks.look import Look
from selection_center.floor.tasks.moving import Place, Store
from selection_center.floor.tasks.receive import Receive
from selection_center.floor.tasks.retire import Retire
from selection_center.floor.tasks.stock_count import CountStock
from selection_center.floor.tasks.waste import WriteOff

TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Look(),
        Place(),
        Receive(),
        Store(),
        Lend(),
        GiveBack(),
        Count(),
        Collect(),
        Retire(),
        ReceiveGoods(),
        CountStock(),
        WriteOff(),
    )
}  # fmt: skip
