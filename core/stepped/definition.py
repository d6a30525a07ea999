"""What the file of a programme may say about its steps. Criteria only ever suggest; two reasons stand above them and
are in no file: what the patient asks for, and a safety need."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.instruments import instruments


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OnInstrument(_Part):
    """A criterion on one score of an instrument."""

    instrument: str
    part: str = "total"

    @model_validator(mode="after")
    def _known(self) -> Self:
        known = instruments().get(self.instrument)
        if known is None:
            raise ValueError(f"there is no instrument {self.instrument}")
        if self.part not in known.scores():
            raise ValueError(f"{self.instrument} has no score {self.part!r}")
        return self


class Score(OnInstrument):
    """The newest score is at least ``at_least``; ``weeks_on_step``: and the person is on this step that long."""

    is_: Literal["score"] = Field(alias="is")
    at_least: float
    weeks_on_step: int = Field(default=0, ge=0)


class Below(OnInstrument):
    """The newest ``times`` scores all lie below ``below``, answered since the step began."""

    is_: Literal["below"] = Field(alias="is")
    below: float
    times: int = Field(default=2, ge=1)


class _OnChange(OnInstrument):
    @model_validator(mode="after")
    def _has_reliable_change(self) -> Self:
        if instruments()[self.instrument].reliable_change is None:
            raise ValueError(f"{self.instrument} has no reliable change to go by")
        return self


class Worse(_OnChange):
    """Worse by at least the reliable change since the step began."""

    is_: Literal["worse"] = Field(alias="is")


class NoChange(_OnChange):
    """No reliable improvement since the step began, after so many sessions held on it."""

    is_: Literal["no_change"] = Field(alias="is")
    sessions: int = Field(ge=1)


class Recovered(_OnChange):
    """Better by at least the reliable change since treatment began, and below the cut now."""

    is_: Literal["recovered"] = Field(alias="is")
    below: float


class Lonely(_Part):
    """The mean of "lonely" (1–7) over the last ``days`` is at least ``at_least``, from at least ``entries`` entries."""

    is_: Literal["lonely"] = Field(alias="is")
    at_least: float = Field(ge=1, le=7)
    days: int = Field(default=14, ge=1)
    entries: int = Field(default=7, ge=1)


Criterion = Annotated[Score | Below | Worse | NoChange | Recovered | Lonely, Field(discriminator="is_")]


class Move(_Part):
    """One way off a step: where to, whether that is more or less support, and any (or all) of the criteria."""

    to: int
    kind: Literal["more", "less"]
    any_of: tuple[Criterion, ...] = Field(default=(), alias="any")
    all_of: tuple[Criterion, ...] = Field(default=(), alias="all")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.any_of) == bool(self.all_of):
            raise ValueError(f"the move to step {self.to} needs criteria under either any or all")
        return self


class Step(_Part):
    """One step of care."""

    step: int = Field(ge=1)
    name: str
    moves: tuple[Move, ...] = ()


class Plan(_Part):
    """The steps of one programme, rising, and the one that a safety need enters directly."""

    programme: str
    source: str
    safety_step: int
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        numbers = [step.step for step in self.steps]
        if numbers != sorted(set(numbers)):
            raise ValueError("the steps must be numbered in rising order, each once")
        if self.safety_step not in numbers:
            raise ValueError(f"safety_step {self.safety_step} is no step of this programme")
        for step in self.steps:
            for move in step.moves:
                if move.to not in numbers or move.to == step.step:
                    raise ValueError(f"step {step.step}: a move to {move.to} leads nowhere")
        return self

    def step(self, number: int) -> Step | None:
        """The step of this number."""
        return next((step for step in self.steps if step.step == number), None)
