import threading
import time

from sensorium.pipeline.budget import Budget


def test_the_budget_makes_readers_wait() -> None:
    budget = Budget(100)
    assert budget.take(80)
    entered = threading.Event()

    def reader() -> None:
        budget.take(50)
        entered.set()

    thread = threading.Thread(target=reader)
    thread.start()
    time.sleep(0.05)
    assert not entered.is_set()
    budget.give(80)
    assert entered.wait(60)
    thread.join()


def test_one_thing_larger_than_the_budget_is_let_in_alone() -> None:
    budget = Budget(10)
    assert budget.take(1000)


def test_closing_lets_the_waiting_go() -> None:
    budget = Budget(1)
    budget.take(1)
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(budget.take(1)))
    thread.start()
    budget.close()
    thread.join(60)
    assert answers == [False]
